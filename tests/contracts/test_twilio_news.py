"""News from Twilio: who may bring it, what it says, and what is asked when it does not come."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from tests.vendors.twilio import SENDER, Twilio

from adapters.clock import SetClock
from adapters.phone.twilio import TwilioCalls, TwilioSms, sent_by
from adapters.phone.twilio_news import TwilioNews, TwilioTracker, signature
from core.domain.kernel.errors import Forbidden, Invalid, Unavailable
from core.ports.delivery import Delivery, News
from core.ports.phone import SpokenMessage, TextMessage

ADA, HOOK, NOW = "+14155550123", "https://www.harbour.example/hooks/twilio", datetime(2026, 11, 24, tzinfo=UTC)
SID = "SM" + "0a" * 16


@pytest.fixture
def bring():
    """Have Twilio bring fields to an address of ours, signed by it unless another signature is given."""
    sender = Twilio()

    def bring_(fields, url=HOOK, signed=None, signed_for=None):
        told = {"AccountSid": sender.account, "To": ADA, "From": SENDER, **fields}
        given = sender.signed(signed_for or url, told) if signed is None else signed
        reader = TwilioNews(sender.account, sender.token, SetClock(NOW))
        return reader.read(url, {"x-twilio-signature": given}, urlencode(told).encode())

    yield bring_
    sender.__enter__().__exit__()


def test_signature_is_the_one_of_twilios_document():
    """The example of https://www.twilio.com/docs/usage/webhooks/webhooks-security."""
    fields = {
        "CallSid": "CA1234567890ABCDE", "Caller": "+14158675309", "Digits": "1234", "From": "+14158675309",
        "To": "+18005551212",
    }  # fmt: skip
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature(b"12345", url, fields.items()) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("queued", Delivery.SENT), ("sent", Delivery.SENT), ("delivered", Delivery.DELIVERED),
        ("undelivered", Delivery.BOUNCED), ("failed", Delivery.FAILED),
    ],
)  # fmt: skip
def test_status_of_a_message_is_told_once_for_each(bring, status, state):
    assert bring({"MessageSid": SID, "SmsSid": SID, "MessageStatus": status, "SmsStatus": status}) == [
        News(carrier="twilio", event_id=f"{SID}:{status}", message_id=SID, state=state, at=NOW, detail=status)
    ]


@pytest.mark.parametrize(
    ("status", "state"), [("ringing", "sent"), ("completed", "delivered"), ("busy", "failed"), ("no-answer", "failed")]
)
def test_status_of_a_call_is_told(bring, status, state):
    (news,) = bring({"CallSid": "CA" + "0" * 32, "CallStatus": status})
    assert (news.message_id, news.state, news.event_id) == ("CA" + "0" * 32, state, f"CA{'0' * 32}:{status}")


@pytest.mark.parametrize(("code", "final_for"), [("30006", ADA), ("21610", ADA), ("30003", ""), ("30007", "")])
def test_number_that_takes_nothing_any_more_is_told(bring, code, final_for):
    (news,) = bring({"MessageSid": SID, "MessageStatus": "undelivered", "ErrorCode": code})
    assert (news.is_final_for, news.detail.startswith("undelivered: ")) == (final_for, True)


def test_what_tells_nothing_about_a_message_is_no_news(bring):
    assert bring({"MessageSid": SID, "MessageStatus": "receiving"}) == []
    assert bring({"Body": "STOP"}) == []


@pytest.mark.parametrize("signed_for", [HOOK, HOOK.replace(".example/", ".example:443/")])
def test_address_is_ours_whatever_the_proxy_calls_it_and_with_or_without_its_port(bring, signed_for):
    assert len(bring({"MessageSid": SID, "MessageStatus": "sent"}, signed_for=signed_for)) == 1


@pytest.mark.parametrize("signed", ["", "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "ä", "x" * 5000])
def test_forged_signature_is_forbidden(bring, signed):
    with pytest.raises(Forbidden, match="not signed"):
        bring({"MessageSid": SID, "MessageStatus": "delivered"}, signed=signed)


def test_news_signed_for_another_address_or_of_another_account_is_forbidden(bring):
    with pytest.raises(Forbidden, match="another address"):
        bring({"MessageSid": SID, "MessageStatus": "sent"}, signed_for="http://127.0.0.1:8000/hooks/twilio")
    with pytest.raises(Forbidden, match="another account"):
        bring({"MessageSid": SID, "MessageStatus": "sent", "AccountSid": "AC" + "9" * 32})


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=%ff", b"x" * 70_000, b"&".join([b"a=1"] * 300)])
def test_body_that_is_no_form_is_invalid(body):
    with pytest.raises(Invalid, match="Nothing was changed"):
        TwilioNews("AC" + "0" * 32, "token", SetClock(NOW)).read(HOOK, {}, body)


def test_tracker_asks_how_far_a_message_and_a_call_have_come(twilio, account):
    text = TwilioSms(account, sent_by(SENDER, "")).send(TextMessage(to=ADA, text="Hello"), key="tsk_1")
    call = TwilioCalls(account, SENDER).call(SpokenMessage(to=ADA, text="Hello"), key="tsk_2")
    tracker = TwilioTracker(account, SetClock(NOW))
    twilio.messages[text.message_id] |= {"status": "undelivered", "error_code": 30006}
    twilio.calls[call.message_id] |= {"status": "completed"}
    bounced, heard = tracker.news_of(text.message_id), tracker.news_of(call.message_id)
    assert (bounced.state, bounced.is_final_for, heard.state) == (Delivery.BOUNCED, ADA, Delivery.DELIVERED)
    assert bounced.event_id == f"{text.message_id}:undelivered"


def test_tracker_has_no_news_of_what_twilio_does_not_keep(account):
    tracker = TwilioTracker(account, SetClock(NOW))
    assert (tracker.news_of(SID), tracker.news_of("../Calls")) == (None, None)


@pytest.mark.parametrize("mood", [429, 503, "drop", "garbage", 401])
def test_tracker_says_when_nobody_answers(twilio, account, mood):
    twilio.be(mood)
    with pytest.raises(Unavailable) as away:
        TwilioTracker(account, SetClock(NOW)).news_of(SID)
    assert type(away.value) is Unavailable
