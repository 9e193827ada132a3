"""The ladder over every way to keep books: what is passed over, what is waited for, and what is left behind."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from tests.tries import Try

from core.domain.kernel.errors import Gone, Rejected, TooDear, Unanswered, Unavailable
from core.domain.kernel.messages import MessageClass
from core.domain.post import PostRoom, Recipient, Suppression
from core.ports.delivery import Receipt
from core.ports.push import Device
from core.ports.stationery import Words

TOLD = MessageClass(name="told", label="Told", tells="Something.", facts={}, patience=60)
CHROME = Device(kind="web", address="https://push.example/1")
ADA = Recipient(mail="Ada@example.com", phone="+14155550123", devices=(CHROME,))


@dataclass
class Carrier:
    """Carries on every channel, and fails where it is told to."""

    fails: dict[str, Exception] = field(default_factory=dict)
    taken: list[tuple[str, str]] = field(default_factory=list)

    def on(self, channel):
        return On(self, channel)

    mail = property(lambda self: self.on("mail"))
    sms = property(lambda self: self.on("sms"))
    calls = property(lambda self: self.on("call"))
    push = property(lambda self: self.on("push"))


@dataclass
class On:
    """One channel of it."""

    carrier: Carrier
    channel: str

    def send(self, *given):
        if self.channel in self.carrier.fails:
            raise self.carrier.fails[self.channel]
        self.carrier.taken.append((self.channel, given[-1]))
        return Receipt(carrier=f"{self.channel}:loop", message_id=f"{self.channel}-1", units=2)

    call = send


class Plain:
    """Stationery without templates."""

    def write(self, template, to, facts, reply_to=None):
        return template

    def words(self, template, channel, facts):
        return Words(text=template)


@pytest.fixture
def carrier():
    return Carrier()


@pytest.fixture
def tell(kept, carrier):
    """Tell somebody something in one try; returns what the task would end with."""
    post = PostRoom(carrier, Plain(), kept.deliveries, {"told": TOLD})

    def told(to=ADA, **how):
        run = Try(kept, **how)
        with run.start():
            envelope = post.address("told", to, {"at": kept.clock.now()}, run, about="msg_1")
        try:
            return post.send(envelope, run)
        finally:
            run.close()

    return told


def left(kept, message="tsk_00000000000000000000000001"):
    """What the books say of a message: channel and state."""
    with kept.uow.reading():
        return {one.channel: one.state for one in kept.deliveries.of_message(message)}


def test_best_channel_is_taken_and_kept_with_its_receipt(kept, carrier, tell):
    assert tell() == {"carrier": "loop", "message_id": "push-1", "channel": "push"}
    with kept.uow.reading():
        (kept_one,) = kept.deliveries.of_message("tsk_00000000000000000000000001")
    assert (kept_one.state, kept_one.recipient, kept_one.units, kept_one.about) == (
        "sent", CHROME.address, 2, "msg_1"
    )  # fmt: skip
    assert kept_one.onward["channels"] == ["sms", "call", "mail"]


@pytest.mark.parametrize(
    ("refusal", "state"), [(Gone("It is gone."), "bounced"), (Rejected("No."), "failed"), (TooDear("No."), "failed")]
)
def test_channel_that_refuses_is_passed_over(kept, carrier, tell, refusal, state):
    carrier.fails["push"] = refusal
    assert tell()["channel"] == "sms"
    assert left(kept) == {"push": state, "sms": "sent"}


def test_channel_without_an_address_is_passed_over(kept, carrier, tell):
    assert tell(Recipient(mail="ada@example.com"))["channel"] == "mail"
    assert carrier.taken == [("mail", "tsk_00000000000000000000000001")]


def test_device_that_is_gone_is_never_asked_again(kept, carrier, tell):
    carrier.fails["push"] = Gone("It is gone.")
    tell()
    del carrier.fails["push"]
    assert tell(key="tsk_00000000000000000000000002")["channel"] == "sms"
    assert left(kept, "tsk_00000000000000000000000002") == {"push": "failed", "sms": "sent"}


def test_suppressed_mailbox_gets_nothing_whatever_its_case(kept, carrier, tell):
    with kept.uow.transaction():
        kept.deliveries.suppress(Suppression.of("mail", "ada@EXAMPLE.com", "It bounced.", kept.clock.now()))
    with pytest.raises(Rejected, match="Nothing is sent to this address any more: It bounced"):
        tell(Recipient(mail="Ada@example.com"))
    assert carrier.taken == []
    assert left(kept) == {"mail": "failed"}


def test_vendors_that_are_away_are_waited_for_with_patience(kept, carrier, tell):
    carrier.fails["push"] = Unavailable("Nobody answers.")
    with pytest.raises(Unavailable, match="Nobody answers"):
        tell(age=59)
    assert left(kept) == {"push": "queued"}
    assert tell(age=61, attempt=2)["channel"] == "sms"
    assert left(kept) == {"push": "failed", "sms": "sent"}


def test_last_channel_is_waited_for_however_long(kept, carrier, tell):
    carrier.fails = dict.fromkeys(("push", "sms", "call", "mail"), Unavailable("Nobody answers."))
    with pytest.raises(Unavailable):
        tell(age=100_000)
    assert left(kept) == {"push": "failed", "sms": "failed", "call": "failed", "mail": "queued"}
    carrier.fails.clear()
    assert tell(age=100_000, attempt=2)["channel"] == "mail"


@pytest.mark.parametrize("channel", ["push", "sms", "call"])
def test_message_in_doubt_is_neither_repeated_nor_sent_another_way(kept, carrier, tell, channel):
    carrier.fails = dict.fromkeys(("push", "sms", "call"), Rejected("No.")) | {channel: Unanswered("No answer.")}
    assert tell()["channel"] == channel
    assert carrier.taken == []
    assert left(kept)[channel] == "unknown"


def test_letter_in_doubt_goes_again_under_the_same_name(kept, carrier, tell):
    carrier.fails["mail"] = Unanswered("No answer.")
    with pytest.raises(Unanswered):
        tell(Recipient(mail="ada@example.com"))
    assert left(kept) == {"mail": "queued"}
    del carrier.fails["mail"]
    tell(Recipient(mail="ada@example.com"), attempt=2)
    assert left(kept) == {"mail": "sent"}


def test_nobody_who_can_be_reached_is_a_refusal(tell):
    with pytest.raises(Rejected, match="There is no address to send"):
        tell(Recipient())
