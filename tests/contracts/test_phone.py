"""What every carrier of SMS and calls promises: memory, the sandbox, Twilio over loopback, Amazon SNS over moto."""

from __future__ import annotations

import base64
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from types import SimpleNamespace
from urllib.parse import parse_qsl
from xml.etree import ElementTree

import pytest
from tests.vendors.aws import _moto, amazon  # noqa: F401
from tests.vendors.twilio import SENDER

from adapters.aws import Aws
from adapters.clock import SetClock
from adapters.phone.memory import MemoryCalls, MemorySms
from adapters.phone.sns import SnsSms
from adapters.phone.twilio import TwilioCalls, TwilioSms, sent_by
from adapters.phone.twilio_account import TwilioAccount
from adapters.sandbox.drawer import Drawer
from adapters.sandbox.orders import Orders
from adapters.sandbox.phone import SandboxCalls, SandboxSms
from core.domain.kernel.deadlines import within
from core.domain.kernel.errors import Gone, Rejected, Unanswered, Unavailable
from core.ports.phone import SpokenMessage, TextMessage

ADA, NOBODY, STOPPED = "+14155550123", "+15005550001", "+15005550004"
HOOK = "https://www.harbour.example/hooks/twilio"
LONG = "Grüße aus dem Hafen! " * 10
CYRILLIC = "Привет из порта. " * 6


@pytest.fixture
def texts(account):
    """Twilio's SMS from a number of ours."""
    return TwilioSms(account, sent_by(SENDER, ""), HOOK)


@pytest.fixture
def drawer(tmp_path):
    return Drawer(tmp_path / "inbox", SetClock(datetime(2026, 11, 24, tzinfo=UTC)))


@pytest.fixture(params=["memory", "sandbox", "twilio", "sns"])
def sms(request, tmp_path):
    """A carrier of SMS, and what arrived by it: number and text of each."""
    ask = request.getfixturevalue
    if request.param == "memory":
        carrier = MemorySms()
        return SimpleNamespace(send=carrier.send, arrived=lambda: [(one.to, one.text) for one in carrier.sent])
    if request.param == "sandbox":
        drawer = ask("drawer")
        carrier = SandboxSms(drawer, Orders(tmp_path, SetClock(datetime(2026, 11, 24, tzinfo=UTC))), "sandbox")
        arrived = lambda: [(one["to"], one["text"]) for one in drawer.messages()]  # noqa: E731
        return SimpleNamespace(send=carrier.send, arrived=arrived)
    if request.param == "twilio":
        kept = ask("twilio").messages
        arrived = lambda: [(one["to"], one["body"]) for one in kept.values()]  # noqa: E731
        return SimpleNamespace(send=ask("texts").send, arrived=arrived)
    by_moto = ask("amazon")
    arrived = lambda: [tuple(one[:2]) for one in by_moto.backend("sns").sms_messages.values()]  # noqa: E731
    return SimpleNamespace(send=SnsSms(Aws(by_moto.account), "Harbour").send, arrived=arrived)


@pytest.fixture(params=["memory", "sandbox", "twilio"])
def calls(request, tmp_path):
    """A carrier of calls, and what was ordered: number, language and text of each."""
    ask = request.getfixturevalue
    if request.param == "memory":
        carrier = MemoryCalls()
        return SimpleNamespace(
            call=carrier.call, made=lambda: [(one.to, one.language, one.text) for one in carrier.made]
        )
    if request.param == "sandbox":
        drawer = ask("drawer")
        carrier = SandboxCalls(drawer, Orders(tmp_path, SetClock(datetime(2026, 11, 24, tzinfo=UTC))), "sandbox")
        made = lambda: [(one["to"], one["language"], one["text"]) for one in drawer.messages()]  # noqa: E731
        return SimpleNamespace(call=carrier.call, made=made)
    asked = ask("twilio").asked
    carrier = TwilioCalls(ask("account"), SENDER, callback=HOOK)
    return SimpleNamespace(call=carrier.call, made=lambda: [_spoken(one.form) for one in asked])


def _spoken(form):
    (say,) = ElementTree.fromstring(form["Twiml"])
    return form["To"], say.attrib["language"], say.text


@pytest.mark.parametrize(("text", "units"), [("Hello, Ada", 1), (LONG, 2), (CYRILLIC, 2)])
def test_message_arrives_whole_and_is_charged_by_its_parts(sms, text, units):
    receipt = sms.send(TextMessage(to=ADA, text=text), key="tsk_1")
    assert (sms.arrived(), receipt.units, bool(receipt.message_id)) == ([(ADA, text)], units, True)


@pytest.mark.parametrize(
    ("to", "text"),
    [("4155550123", "Hello"), ("+1 415 555 0123", "Hello"), ("", "Hello"), (ADA, " "), (ADA, "x" * 1601)],
)
def test_what_nobody_takes_is_refused_and_not_sent(sms, to, text):
    with pytest.raises(Rejected):
        sms.send(TextMessage(to=to, text=text), key="tsk_1")
    assert sms.arrived() == []


def test_call_speaks_the_text_in_its_language(calls):
    text = 'Grüße & Küsse, <Ada> "sagt" er'
    calls.call(SpokenMessage(to=ADA, text=text, language="de-DE"), key="tsk_1")
    assert calls.made() == [(ADA, "de-DE", text)]


@pytest.mark.parametrize(("to", "text"), [("4155550123", "Hello"), (ADA, "")])
def test_call_that_nobody_can_make_is_refused(calls, to, text):
    with pytest.raises(Rejected):
        calls.call(SpokenMessage(to=to, text=text), key="tsk_1")
    assert calls.made() == []


@pytest.mark.parametrize("sms", ["twilio", "sns"], indirect=True)
def test_signs_that_no_network_carries_are_left_out(sms):
    sms.send(TextMessage(to=ADA, text="Hel\ud800lo\x00"), key="tsk_1")
    assert sms.arrived() == [(ADA, "Hello")]


def test_twilio_is_asked_as_its_documents_say(twilio, texts):
    texts.send(TextMessage(to=ADA, text="Grüße & mehr"), key="tsk_1")
    (asked,) = twilio.asked
    assert (asked.method, asked.path) == ("POST", f"/2010-04-01/Accounts/{twilio.account}/Messages.json")
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")).decode() == (
        f"{twilio.account}:{twilio.token}"
    )
    assert asked.form == {"To": ADA, "From": SENDER, "Body": "Grüße & mehr", "StatusCallback": HOOK}


def test_twilio_messaging_service_chooses_the_sender_and_parts_are_counted_here(twilio, account):
    service = TwilioSms(account, sent_by("", "MG" + "0" * 32))
    receipt = service.send(TextMessage(to=ADA, text=LONG), key="tsk_1")
    assert twilio.asked[0].form == {"To": ADA, "MessagingServiceSid": "MG" + "0" * 32, "Body": LONG}
    assert receipt.units == 2


def test_twilio_call_is_ordered_with_a_script_and_a_voice(twilio, account):
    TwilioCalls(account, SENDER, voice="Polly.Vicki", callback=HOOK).call(
        SpokenMessage(to=ADA, text="Hallo\x00", language="de-DE"), key="tsk_1"
    )
    (asked,) = twilio.asked
    assert asked.path == f"/2010-04-01/Accounts/{twilio.account}/Calls.json"
    script = '<Response><Say language="de-DE" voice="Polly.Vicki">Hallo</Say></Response>'
    assert asked.form == {"To": ADA, "From": SENDER, "Twiml": script, "StatusCallback": HOOK}


def test_twilio_script_that_is_too_long_is_refused_before_it_is_asked(twilio, account):
    with pytest.raises(Rejected, match="at most 4,000 characters of script"):
        TwilioCalls(account, SENDER).call(SpokenMessage(to=ADA, text="&" * 1000), key="tsk_1")
    assert twilio.asked == []


@pytest.mark.parametrize(
    ("to", "failure", "code"),
    [
        (NOBODY, Rejected, 21211), (STOPPED, Gone, 21610), ("+15005550009", Rejected, 21614),
        ("+15005550003", Rejected, 21408),
    ],
)  # fmt: skip
def test_twilio_refusal_of_a_number_is_told_with_its_code(texts, to, failure, code):
    with pytest.raises(Rejected, match=f"({code})") as refused:
        texts.send(TextMessage(to=to, text="Hello"), key="tsk_1")
    assert type(refused.value) is failure


@pytest.mark.parametrize("sender", ["+15005550001", "+15005550007", "+15005550008"])
def test_twilio_refusal_of_our_sender_lets_another_vendor_carry_it(account, sender):
    with pytest.raises(Unavailable, match=r"ENGINEBAY_TWILIO__SENDER|does not take it now"):
        TwilioSms(account, sent_by(sender, "")).send(TextMessage(to=ADA, text="Hello"), key="tsk_1")


def test_twilio_refusal_of_our_address_names_the_setting(account):
    with pytest.raises(Unavailable, match=r"21609.*ENGINEBAY_BASE_URL"):
        TwilioSms(account, sent_by(SENDER, ""), "http://localhost/hooks/twilio").send(
            TextMessage(to=ADA, text="Hello"), key="tsk_1"
        )


@pytest.mark.parametrize("wrong", ["token", "sid", "address"])
def test_twilio_refusal_of_our_account_names_the_settings_and_no_secret(twilio, wrong):
    given = {"sid": twilio.account, "token": twilio.token, "base_url": twilio.url}
    given |= {
        "token": {"token": "sesame"},
        "sid": {"sid": "AC" + "9" * 32},
        "address": {"base_url": twilio.url + "/no"},
    }[wrong]
    with pytest.raises(Unavailable, match="ENGINEBAY_TWILIO__ACCOUNT_SID") as refused:
        TwilioSms(TwilioAccount(**given), sent_by(SENDER, "")).send(TextMessage(to=ADA, text="Hello"), key="tsk_1")
    assert "sesame" not in refused.value.sentence
    assert twilio.messages == {}


@pytest.mark.parametrize(
    ("mood", "failure", "effects"),
    [
        (429, Unavailable, 0), (500, Unavailable, 0), (503, Unavailable, 0), (302, Unavailable, 0),
        ("slow", Unanswered, 1), ("drop", Unanswered, 1), ("garbage", Unanswered, 1),
    ],
)  # fmt: skip
def test_twilio_trouble_is_asked_once_and_told_apart(twilio, account, mood, failure, effects):
    twilio.be(mood, seconds=5, retry_after="7")
    with pytest.raises(Unavailable) as trouble, within(0.4):
        TwilioSms(account, sent_by(SENDER, "")).send(TextMessage(to=ADA, text="Hello"), key="tsk_1")
    assert (type(trouble.value), len(twilio.messages), len(twilio.asked)) == (failure, effects, 1)
    assert trouble.value.retry_after == (7.0 if mood == 429 else None)


@pytest.mark.parametrize(
    "garbage", [b"", b"{}", b"[]", b"null", b'{"sid": 5, "num_segments": "many"}', b"\xff" * 100_000]
)
def test_twilio_answer_that_cannot_be_read_leaves_it_in_doubt(twilio, texts, garbage):
    twilio.garbage = garbage
    twilio.be("garbage")
    with pytest.raises(Unanswered):
        texts.send(TextMessage(to=ADA, text="Hello"), key="tsk_1")
    assert len(twilio.messages) == 1


def test_twilio_that_nobody_can_reach_was_given_nothing():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{free.getsockname()[1]}"
        for url in (nowhere, "http://twilio.invalid"):
            with pytest.raises(Unavailable, match="nothing was sent") as away:
                TwilioSms(TwilioAccount("AC" + "0" * 32, "t", url, timeout=1), sent_by(SENDER, "")).send(
                    TextMessage(to=ADA, text="Hello"), key="tsk_1"
                )
            assert type(away.value) is Unavailable


def test_twilio_is_asked_by_many_threads_over_few_connections(twilio, texts):
    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(lambda n: texts.send(TextMessage(to=ADA, text=str(n)), key=f"tsk_{n}"), range(40)))
    assert (len({one.message_id for one in receipts}), sorted(twilio.texts, key=int)) == (
        40,
        [str(n) for n in range(40)],
    )
    assert twilio.connections <= 4


def test_sns_is_asked_to_publish_to_a_number_as_transactional(amazon):  # noqa: F811
    asked = []
    aws = Aws(amazon.account)
    aws.client("sns").meta.events.register("before-send.sns.Publish", lambda request, **_: asked.append(request.body))
    SnsSms(aws, "Harbour").send(TextMessage(to=ADA, text="Hello"), key="tsk_1")
    fields = dict(parse_qsl(asked[0]))
    told = {
        fields[f"MessageAttributes.entry.{n}.Name"]: fields[f"MessageAttributes.entry.{n}.Value.StringValue"]
        for n in (1, 2)
    }
    assert (fields["Action"], fields["PhoneNumber"], fields["Message"]) == ("Publish", ADA, "Hello")
    assert told == {"AWS.SNS.SMS.SMSType": "Transactional", "AWS.SNS.SMS.SenderID": "Harbour"}


@pytest.fixture
def app(make_app, twilio):
    """An application whose settings name Twilio first, and the sandbox to stand in for it."""
    account = {"account_sid": twilio.account, "auth_token": twilio.token, "sender": SENDER, "base_url": twilio.url}
    settings = {"sms": "twilio,sandbox", "calls": "twilio,sandbox", "twilio": account}
    return make_app(settings=settings | {"base_url": "https://www.harbour.example"})


def test_settings_choose_who_carries_and_where_news_comes_to(app, twilio):
    texted = app.sms.send(TextMessage(to=ADA, text="Hello"), key="tsk_1")
    called = app.calls.call(SpokenMessage(to=ADA, text="Hello"), key="tsk_2")
    assert (texted.carrier, called.carrier) == ("twilio", "twilio")
    assert [one.form["StatusCallback"] for one in twilio.asked] == [HOOK, HOOK]


@pytest.mark.parametrize(("mood", "kept"), [(503, ["sandbox"]), ("drop", [])])
def test_next_vendor_carries_what_the_first_did_not_take_and_nothing_that_is_in_doubt(app, twilio, mood, kept):
    twilio.be(mood)
    with suppress(Unanswered):
        app.sms.send(TextMessage(to=ADA, text="Hello"), key="tsk_1")
    assert [one["vendor"] for one in app.inbox.messages()] == kept
    assert len(twilio.messages) + len(kept) == 1


@pytest.mark.parametrize("told", [Unavailable("Later."), Rejected("Never.")])
def test_memory_fails_when_told(told):
    texts, voices = MemorySms(), MemoryCalls()
    texts.fail_with = voices.fail_with = told
    with pytest.raises(type(told)):
        texts.send(TextMessage(to=ADA, text="Hello"), key="tsk_1")
    with pytest.raises(type(told)):
        voices.call(SpokenMessage(to=ADA, text="Hello"), key="tsk_1")
