"""What the vendors on this machine promise, whatever they carry: one message a key, orders obeyed, news in a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.clock import SetClock
from adapters.sandbox.drawer import Drawer
from adapters.sandbox.mail import SandboxMail
from adapters.sandbox.orders import Orders
from adapters.sandbox.phone import SandboxCalls, SandboxSms
from adapters.sandbox.push import SandboxPush
from adapters.sandbox.tracker import SandboxTracker
from core.domain.kernel.deadlines import within
from core.domain.kernel.errors import Gone, NotFound, Rejected, Unavailable
from core.ports.delivery import Delivery
from core.ports.mail import Letter
from core.ports.phone import SpokenMessage, TextMessage
from core.ports.push import Device, Notice
from core.ports.sandbox import Order

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Machine:
    """A drawer, orders, and both vendors of every channel; `waited` is what slow ones took."""

    def __init__(self, folder):
        self.waited: list[float] = []
        self.clock = SetClock(NOW)
        self.drawer = Drawer(folder, self.clock)
        self.orders = Orders(folder, self.clock, wait=self.waited.append)
        self.tracker = SandboxTracker(self.drawer, self.clock)

    def send(self, channel, to=None, *, vendor="sandbox", key="key", text="Hello €"):
        made = {"mail": self._mail, "sms": self._sms, "calls": self._call, "push": self._push}
        return made[channel](vendor, to or USUAL[channel], text, key)

    def _mail(self, vendor, to, text, key):
        letter = Letter(to=to, subject="Greeting", text=text)
        return SandboxMail(self.drawer, self.orders, vendor, "noreply@example.com").send(letter, key)

    def _sms(self, vendor, to, text, key):
        return SandboxSms(self.drawer, self.orders, vendor).send(TextMessage(to=to, text=text), key)

    def _call(self, vendor, to, text, key):
        return SandboxCalls(self.drawer, self.orders, vendor).call(SpokenMessage(to=to, text=text), key)

    def _push(self, vendor, to, text, key):
        notice, device = Notice(title="Greeting", text=text), Device(kind="web", address=to, keys={"auth": "secret"})
        return SandboxPush(self.drawer, self.orders, vendor).send(notice, device, key)


USUAL = {
    "mail": "ada@example.com", "sms": "+14155550123", "calls": "+14155550123", "push": "https://push.example.com/ada"
}  # fmt: skip
every_channel = pytest.mark.parametrize("channel", list(USUAL))


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path / "inbox")


@every_channel
def test_message_of_a_key_is_one_whoever_carries_it(machine, channel):
    first, again = (machine.send(channel, vendor=vendor) for vendor in ("understudy", "sandbox"))
    assert (first, first.carrier) == (again, "understudy")
    assert [(one["channel"], one["to"], one["text"]) for one in machine.drawer.messages()] == [
        (channel, USUAL[channel], "Hello €")
    ]
    assert machine.drawer.counts() == {**dict.fromkeys(USUAL, 0), channel: 1}


@every_channel
def test_vendor_told_to_fail_fails_alone_and_until_then(machine, channel):
    machine.orders.give(f"{channel}:sandbox", Order(until=NOW + timedelta(minutes=2)))
    with pytest.raises(Unavailable, match=f"{channel}:sandbox was told to fail"):
        machine.send(channel)
    assert machine.send(channel, vendor="understudy").carrier == "understudy"
    machine.clock.pass_by(minutes=2)
    assert machine.send(channel, key="later").carrier == "sandbox"


def test_vendors_that_all_fail_are_told_of_in_a_sentence_each(machine):
    for vendor in ("sms:sandbox", "sms:understudy"):
        machine.orders.give(vendor, Order(until=NOW + timedelta(minutes=2)))
    said = []
    for vendor in ("sms:sandbox", "sms:understudy"):
        with pytest.raises(Unavailable) as away:
            machine.orders.obey(vendor)
        said.append(away.value.sentence)
    at = f"{NOW + timedelta(minutes=2):%H:%M:%S} UTC"
    assert said == [
        f"{vendor} was told to fail. It is well again at {at}, or at once by `flask vendors heal {vendor}`."
        for vendor in ("sms:sandbox", "sms:understudy")
    ]


def test_slow_vendor_takes_its_time_and_never_longer_than_one_waits(machine):
    machine.orders.give("sms:sandbox", Order(until=NOW + timedelta(minutes=2), rate=0, slow=3))
    machine.send("sms")
    machine.orders.give("sms:sandbox", Order(until=NOW + timedelta(minutes=2), rate=0, slow=60))
    with pytest.raises(Unavailable, match="no answer in 10 seconds"):
        machine.send("sms", key="other")
    with pytest.raises(Unavailable, match="no answer in"), within(0.5):
        machine.send("sms", key="in a hurry")
    assert [round(seconds) for seconds in machine.waited[:2]] == [3, 10]
    assert machine.waited[2] <= 0.5


def test_orders_are_seen_by_others_and_taken_back(machine, tmp_path):
    order = Order(until=NOW + timedelta(minutes=2), rate=0.3)
    for vendor in ("sms:sandbox", "mail:understudy"):
        machine.orders.give(vendor, order)
    elsewhere = Orders(tmp_path / "inbox", machine.clock)
    assert elsewhere.standing() == {"sms:sandbox": order, "mail:understudy": order}
    elsewhere.heal("sms:sandbox")
    assert machine.orders.standing() == {"mail:understudy": order}
    elsewhere.heal()
    assert machine.orders.standing() == {}


@pytest.mark.parametrize("written", ["", "[]", '{"sms:sandbox": {"until": "soon"}}', '{"sms:sandbox": 1}'])
def test_orders_that_nobody_can_read_are_none(machine, tmp_path, written):
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "orders.json").write_text(written)
    assert machine.send("sms").carrier == "sandbox"


@every_channel
def test_news_come_after_a_moment(machine, channel):
    number = machine.send(channel).message_id
    assert machine.tracker.news_of(number).state is Delivery.SENT
    machine.clock.pass_by(seconds=2)
    told = machine.tracker.news_of(number)
    assert (told.state, told.carrier, told.message_id) == (Delivery.DELIVERED, "sandbox", number)
    assert machine.tracker.news_of("of nobody") is None


@pytest.mark.parametrize(
    ("channel", "to"), [("mail", "Bo <bounce@example.com>"), ("sms", "+15005550009"), ("calls", "+15005550009")]
)
def test_address_for_tests_bounces_after_a_moment(machine, channel, to):
    number = machine.send(channel, to).message_id
    machine.clock.pass_by(seconds=2)
    assert (machine.tracker.news_of(number).state, machine.tracker.news_of(number).is_final_for) == ("bounced", to)


@pytest.mark.parametrize(
    ("channel", "to", "refusal"),
    [
        ("mail", "refused@example.com", Rejected), ("sms", "+15005550001", Rejected), ("sms", "+15005550004", Gone),
        ("calls", "+15005550001", Rejected), ("push", "https://push.example.com/gone", Gone),
    ],
)  # fmt: skip
def test_address_for_tests_is_refused_at_once(machine, channel, to, refusal):
    with pytest.raises(refusal, match="address for tests"):
        machine.send(channel, to)
    assert machine.drawer.messages() == []


def test_lost_message_is_never_heard_of(machine):
    number = machine.send("sms", "+15005550008").message_id
    machine.clock.pass_by(minutes=1)
    assert machine.tracker.news_of(number) is None


def test_sms_is_charged_by_its_parts(machine):
    assert [machine.send("sms", key=text, text=text).units for text in ("a" * 160, "a" * 161, "ł" * 71)] == [1, 2, 2]


def test_keys_of_a_device_are_not_kept(machine):
    machine.send("push")
    assert "secret" not in str(machine.drawer.messages())


def test_drawer_is_searched_and_emptied(machine):
    for number, channel in enumerate(USUAL):
        machine.clock.pass_by(seconds=1)
        machine.send(channel, key=f"key {number}", text=f"Number {number}")
    drawer = machine.drawer
    assert [one["channel"] for one in drawer.messages()] == ["push", "calls", "sms", "mail"]
    assert [one["text"] for one in drawer.messages(search="NUMBER 2")] == ["Number 2"]
    assert [one["text"] for one in drawer.messages(channel="sms")] == ["Number 1"]
    first = drawer.messages()[0]
    drawer.remove(first["id"])
    with pytest.raises(NotFound):
        drawer.get(first["id"])
    drawer.clear("sms")
    assert drawer.counts() == {"mail": 1, "sms": 0, "calls": 1, "push": 0}
    drawer.clear()
    assert (drawer.messages(), drawer.taken(first["message_id"])) == ([], None)
