"""`flask vendors`: who answered and in how long, and a sentence where nobody did."""

import re

import pytest


@pytest.fixture
def taken(app):
    """What lies in the drawer now: channel, recipient and text of each."""
    return lambda: [(one["channel"], one["to"], one["text"].strip()) for one in app.inbox.messages()]


@pytest.mark.parametrize(
    ("what", "channel", "to"),
    [
        ("mail", "mail", "ada@example.com"), ("sms", "sms", "+14155550123"), ("call", "calls", "+14155550123"),
        ("push", "push", "https://push.example/ada"),
    ],
)  # fmt: skip
def test_send_tells_who_took_it_and_in_how_long(flask, taken, what, channel, to):
    code, said = flask("vendors", "send", what, "--to", to, "--text", "Hello")
    assert (code, taken()) == (0, [(channel, to, "Hello")])
    assert re.fullmatch(rf"{channel}:sandbox took it in \d+ ms; its number there: \S+\n", said)


def test_device_that_was_signed_up_is_found_by_its_id(app, flask, taken):
    with app.uow.transaction():
        device = app.device_desk.sign_up(kind="fcm", address="token-of-a-phone", keys={})
    flask("vendors", "send", "push", "--to", device.id, "--text", "Hello")
    assert taken() == [("push", "token-of-a-phone", "Hello")]


def test_call_speaks_the_language_it_is_told(app, flask):
    flask("vendors", "send", "call", "--to", "+14155550123", "--text", "Hallo", "--language", "de-DE")
    assert app.inbox.messages()[0]["language"] == "de-DE"


def test_failing_vendor_is_taken_over_from(flask):
    flask("vendors", "fail", "sms:sandbox", "--for", "2m")
    code, said = flask("vendors", "send", "sms", "--to", "+14155550123", "--text", "Hello")
    assert (code, said.startswith("sms:understudy took it in ")) == (0, True)


def test_number_is_read_as_people_write_it(flask, taken):
    flask("vendors", "send", "sms", "--to", "+1 (415) 555-0123", "--text", "Hello")
    assert taken() == [("sms", "+14155550123", "Hello")]


def test_bad_number_is_a_sentence_and_nothing_is_sent(flask, taken):
    code, said = flask("vendors", "send", "sms", "--to", "04155550123", "--text", "Hello")
    assert (code, taken()) == (2, [])
    assert said == (
        "Error: The phone number does not say its country. Write it with + and the country's code, like +14155550123.\n"
    )


def test_refusal_is_a_sentence_and_exit_code_1(app, flask, taken):
    code, said = flask("vendors", "send", "sms", "--to", "+15005550001", "--text", "Hello")
    assert (code, taken()) == (1, [])
    assert said == (
        "Error: +15005550001 is refused at once: no such number. It is an address for tests; write to another one.\n"
    )


def test_geocode_tells_who_found_it_and_where(flask):
    code, said = flask("vendors", "geocode", "Hamburg")
    assert code == 0
    assert re.fullmatch(r"geocoder:sandbox found it in \d+ ms: 53\.\d+, (9|10)\.\d+ \(.*Hamburg.*\)\n", said)


def test_geocode_of_what_nobody_knows_is_no_failure_but_an_empty_answer(flask):
    code, said = flask("vendors", "geocode", "Nowhere at all 99")
    assert (code, said.startswith("Error: Nobody knows 'Nowhere at all 99' (")) == (1, True)
