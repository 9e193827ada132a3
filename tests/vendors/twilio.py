"""Twilio on loopback, written from its published documents: it refuses what Twilio refuses, and calls nobody.

https://www.twilio.com/docs/messaging/api/message-resource, https://www.twilio.com/docs/voice/api/call-resource, the
fields of its OpenAPI document (twilio-oai, api v2010), its error dictionary (https://www.twilio.com/docs/api/errors)
and its magic numbers (https://www.twilio.com/docs/iam/test-credentials).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from email.utils import formatdate
from urllib.parse import urlsplit
from xml.etree import ElementTree

from tests.vendors.loopback import Answer, Asked, Loopback

from core.domain.kernel.sms import parts

PATH = re.compile(r"/2010-04-01/Accounts/(?P<account>[^/]+)/(?P<what>Messages|Calls)(?:/(?P<sid>[^/]+))?\.json")
NUMBER = re.compile(r"\+[1-9]\d{6,14}")
SENDER = "+15005550006"
LONGEST_TEXT, LONGEST_TWIML = 1600, 4000
MESSAGE_FIELDS = {
    "To", "StatusCallback", "ApplicationSid", "MaxPrice", "ProvideFeedback", "Attempt", "ValidityPeriod",
    "ForceDelivery", "ContentRetention", "AddressRetention", "SmartEncoded", "PersistentAction", "TrafficType",
    "ShortenUrls", "ScheduleType", "SendAt", "SendAsMms", "ContentVariables", "RiskCheck", "From",
    "MessagingServiceSid", "Body", "MediaUrl", "ContentSid",
}  # fmt: skip
CALL_FIELDS = {
    "To", "From", "Method", "FallbackUrl", "FallbackMethod", "StatusCallback", "StatusCallbackEvent",
    "StatusCallbackMethod", "SendDigits", "Timeout", "Record", "RecordingChannels", "SipAuthUsername",
    "SipAuthPassword", "MachineDetection", "Trim", "CallerId", "CallReason", "TimeLimit", "Url", "Twiml",
    "ApplicationSid",
}  # fmt: skip
UNSENDABLE = {
    "+15005550001": (400, 21211, "Invalid 'To' Phone Number"),
    "+15005550002": (400, 21612, "The 'To' phone number is not currently reachable via SMS"),
    "+15005550003": (403, 21408, "Permission to send an SMS has not been enabled for the region"),
    "+15005550004": (400, 21610, "Attempt to send to unsubscribed recipient"),
    "+15005550009": (400, 21614, "'To' number is not a valid mobile number"),
}
UNCALLABLE = {
    "+15005550001": (400, 21217, "Phone number does not appear to be valid"),
    "+15005550002": (400, 21214, "'To' phone number cannot be reached"),
    "+15005550003": (403, 21215, "Account not authorized to call that number"),
    "+15005550004": (400, 21216, "Account not allowed to call"),
}
UNUSABLE = {
    "+15005550001": (400, 21212, "Invalid From Number (caller ID)"),
    "+15005550007": (400, 21606, "The 'From' phone number is not a valid, message-capable number for this account"),
    "+15005550008": (400, 21611, "This 'From' number has exceeded the maximum number of queued messages"),
}
"""Numbers that stand for a refusal: to text to, to call, to send from."""


class Twilio(Loopback):
    """`messages` and `calls` are what it took, by sid, as its own answers show them."""

    account, token = "AC" + "0f" * 16, "a1" * 16

    def __init__(self) -> None:
        self.messages: dict[str, dict[str, object]] = {}
        self.calls: dict[str, dict[str, object]] = {}
        super().__init__()

    @property
    def texts(self) -> list[object]:
        """The text of every message it took, in order."""
        return [message["body"] for message in self.messages.values()]

    def answer(self, asked: Asked) -> Answer:
        """Take a message or a call, tell of one, or refuse."""
        found = PATH.fullmatch(asked.path)
        if found is None:
            return refused(404, 20404, "The requested resource was not found")
        if not self._is_ours(asked, found["account"]):
            return refused(401, 20003, "Authenticate")
        taken = self.messages if found["what"] == "Messages" else self.calls
        if found["sid"]:
            known = taken.get(found["sid"])
            return Answer(told=known) if known else refused(404, 20404, "The requested resource was not found")
        return self._message(asked.form) if taken is self.messages else self._call(asked.form)

    def refusal(self, status: int, headers: dict[str, str]) -> Answer:
        """As Twilio words it."""
        code, said = (20429, "Too Many Requests") if status == 429 else (20500, "An internal server error has occurred")
        return refused(status, code, said, headers)

    def signed(self, url: str, fields: Mapping[str, str]) -> str:
        """The X-Twilio-Signature of a form: https://www.twilio.com/docs/usage/webhooks/webhooks-security."""
        told = url + "".join(name + fields[name] for name in sorted(fields))
        return base64.b64encode(hmac.new(self.token.encode(), told.encode(), hashlib.sha1).digest()).decode()

    def _is_ours(self, asked: Asked, account: str) -> bool:
        expected = "Basic " + base64.b64encode(f"{self.account}:{self.token}".encode()).decode()
        return asked.headers.get("authorization") == expected and account == self.account

    def _message(self, form: dict[str, str]) -> Answer:
        wrong = _wrong_message(form) or _wrong_callback(form)
        if wrong:
            return refused(*wrong)
        via_service = "MessagingServiceSid" in form
        kept = self._common("SM", len(self.messages), form) | {
            "body": form["Body"], "status": "accepted" if via_service else "queued", "error_code": None,
            "error_message": None, "messaging_service_sid": form.get("MessagingServiceSid"), "num_media": "0",
            "num_segments": "0" if via_service else str(parts(form["Body"])),
        }  # fmt: skip
        return Answer(status=201, told=self.messages.setdefault(str(kept["sid"]), kept))

    def _call(self, form: dict[str, str]) -> Answer:
        wrong = _wrong_call(form) or _wrong_callback(form)
        if wrong:
            return refused(*wrong)
        kept = self._common("CA", len(self.calls), form) | {"status": "queued", "duration": None}
        self.calls[str(kept["sid"])] = kept
        return Answer(status=201, told=kept)

    def _common(self, prefix: str, number: int, form: dict[str, str]) -> dict[str, object]:
        now = formatdate(usegmt=True)
        return {
            "sid": f"{prefix}{number:032x}", "account_sid": self.account, "to": form["To"], "from": form.get("From"),
            "api_version": "2010-04-01", "date_created": now, "date_updated": now, "direction": "outbound-api",
            "price": None, "price_unit": "USD",
        }  # fmt: skip


def refused(status: int, code: int, said: str, headers: dict[str, str] | None = None) -> Answer:
    """A refusal as Twilio writes it."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    told = {"code": code, "message": said, "more_info": more, "status": status}
    return Answer(status=status, told=told, headers=headers or {})


Wrong = tuple[int, int, str] | None


def _wrong_message(form: dict[str, str]) -> Wrong:
    if not form.get("To"):
        return 400, 21604, "A 'To' phone number is required."
    if not form.get("From") and not form.get("MessagingServiceSid"):
        return 400, 21603, "A 'From' phone number is required."
    if not form.get("Body"):
        return 400, 21602, "Message body is required."
    if len(form["Body"]) > LONGEST_TEXT:
        return 400, 21617, f"The concatenated message body exceeds the {LONGEST_TEXT} character limit."
    if not NUMBER.fullmatch(form["To"]):
        return 400, 21211, f"The 'To' number {form['To']} is not a valid phone number."
    return _unknown(form, MESSAGE_FIELDS) or UNUSABLE.get(form.get("From", "")) or UNSENDABLE.get(form["To"])


def _wrong_call(form: dict[str, str]) -> Wrong:
    if not form.get("To"):
        return 400, 21201, "No 'To' number is specified"
    if not form.get("From"):
        return 400, 21213, "'From' phone number is required"
    if not any(form.get(name) for name in ("Url", "Twiml", "ApplicationSid")):
        return 400, 21205, "Url parameter is required."
    if not NUMBER.fullmatch(form["To"]):
        return 400, 21211, f"The phone number you are attempting to call, {form['To']}, is not valid."
    if form["From"] != SENDER:
        return UNUSABLE.get(form["From"]) or (400, 21210, "Source phone number not yet verified")
    return _unknown(form, CALL_FIELDS) or _wrong_twiml(form.get("Twiml", "")) or UNCALLABLE.get(form["To"])


def _wrong_twiml(twiml: str) -> Wrong:
    """Twilio reads it when the call is taken up (error 12100); here one learns of it at once."""
    if len(twiml) > LONGEST_TWIML:
        return 400, 21624, f"Twiml exceeds {LONGEST_TWIML} characters"
    try:
        said = ElementTree.fromstring(twiml) if twiml else None
    except ElementTree.ParseError:
        return 400, 12100, "Document parse failure"
    return None if said is None or said.tag == "Response" else (400, 12102, "Expected root element to be Response")


def _wrong_callback(form: dict[str, str]) -> Wrong:
    callback = form.get("StatusCallback", "https://example.com")
    host = urlsplit(callback).hostname or ""
    if urlsplit(callback).scheme not in ("http", "https") or host in ("localhost", "127.0.0.1") or "." not in host:
        return 400, 21609, "The 'StatusCallback' URL is not a valid URL."
    return None


def _unknown(form: dict[str, str], known: set[str]) -> Wrong:
    """Twilio leaves them unread; here a field that is spelt wrongly is found."""
    strange = set(form) - known
    return (400, 20001, f"Unknown parameters: {', '.join(sorted(strange))}") if strange else None
