"""A vendor on this machine is told to fail, and heals; whoever is wrong is told how it is written."""

from datetime import UTC, datetime

import pytest

from adapters.clock import SetClock
from core.domain.kernel.errors import Unavailable
from core.ports.mail import Letter
from core.ports.sandbox import Order

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def app(make_app):
    return make_app(clock=SetClock(NOW))


@pytest.mark.parametrize(
    ("words", "vendor", "says"),
    [
        (("sms",), "sms:sandbox", "fails until 12:02:00 UTC"),
        (("sms:understudy", "--for", "90s", "--rate", "0.3"), "sms:understudy", "fails 30% of the time until 12:01:30"),
        (("mail", "--for", "1h", "--slow", "3s"), "mail:sandbox", "takes 3 s until 13:00:00 UTC"),
        (("calls", "--slow", "3s", "--rate", "1"), "calls:sandbox", "takes 3 s and fails until 12:02:00 UTC"),
        (("exchange",), "exchange:sandbox", "fails until 12:02:00 UTC"),
    ],
)
def test_vendor_is_told_to_fail(app, flask, words, vendor, says):
    code, said = flask("vendors", "fail", *words)
    assert (code, said.startswith(f"{vendor} {says}"), list(app.orders.standing())) == (0, True, [vendor])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("fax",), "'fax' cannot be told to fail. These can: mail:sandbox, mail:understudy, sms:sandbox"),
        (("sms", "--for", "soon"), "'soon' is no span of up to 86400 seconds. Write it like 90s, 2m or 1h."),
        (("sms", "--slow", "31s"), "'31s' is no span of up to 30 seconds."),
        (("sms", "--rate", "2"), "'2' is no share of the calls."),
    ],
)
def test_order_that_cannot_be_is_refused_by_a_sentence(app, flask, words, says):
    code, said = flask("vendors", "fail", *words)
    assert (code, says in said, app.orders.standing()) == (2, True, {})


def test_vendors_heal_by_name_by_channel_or_all(app, flask):
    for vendor in ("sms:sandbox", "sms:understudy", "mail:sandbox", "push:sandbox"):
        app.orders.give(vendor, Order(until=NOW.replace(hour=13)))
    assert flask("vendors", "heal", "mail:sandbox") == (0, "Well again: mail:sandbox.\n")
    assert flask("vendors", "heal", "sms") == (0, "Well again: sms:sandbox, sms:understudy.\n")
    assert flask("vendors", "heal") == (0, "Well again: push:sandbox.\n")
    assert flask("vendors", "heal") == (0, "None of them was told to fail.\n")


def test_what_is_told_at_the_terminal_holds_in_the_app(app, flask):
    flask("vendors", "fail", "mail")
    flask("vendors", "fail", "mail:understudy")
    with pytest.raises(Unavailable):
        app.mail.send(Letter(to="ada@example.com", subject="Hi", text="Hi"), key="one")
    flask("vendors", "fail", "exchange")
    with pytest.raises(Unavailable):
        app.exchange.latest()
