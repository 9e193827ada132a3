"""SMS and calls by Twilio (https://www.twilio.com/docs/messaging/api, /voice/api); it reads no news of them.

Twilio has no idempotency key: an order whose answer got lost is in doubt, and is not given again here.
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from adapters.phone.twilio_account import TwilioAccount
from core.domain.kernel.errors import Rejected
from core.domain.kernel.phones import check_call, check_sms
from core.domain.kernel.rules import CONTROL
from core.domain.kernel.sms import parts
from core.ports.delivery import Receipt
from core.ports.phone import SpokenMessage, TextMessage

CARRIER = "twilio"
LONGEST_TWIML = 4000
"""Characters of TwiML that an order may hold."""


class TwilioSms:
    """`core.ports.phone.Sms`. `sender` says who it comes from: From or MessagingServiceSid, as `sent_by` makes it."""

    def __init__(self, account: TwilioAccount, sender: dict[str, str], callback: str = "") -> None:
        account.open()
        self._account, self._told = account, sender | _answering(callback)

    def send(self, message: TextMessage, key: str) -> Receipt:
        """Order one message; see the port. Units are the segments that Twilio counts."""
        check_sms(message.to, message.text)
        text = CONTROL.sub("", message.text)  # half a sign, which no network can carry
        return self._account.order(
            lambda twilio: _receipt(twilio.messages.create(to=message.to, body=text, **self._told), text)
        )


class TwilioCalls:
    """`core.ports.phone.Calls`. `sender` is a number of ours; an empty `voice` is Twilio's own for the language."""

    def __init__(self, account: TwilioAccount, sender: str, voice: str = "", callback: str = "") -> None:
        account.open()
        self._account, self._voice = account, voice
        self._told = {"from_": sender} | _answering(callback)

    def call(self, message: SpokenMessage, key: str) -> Receipt:
        """Order one call; see the port."""
        check_call(message.to, message.text)
        script = twiml(message.text, message.language, self._voice)
        return self._account.order(
            lambda twilio: _receipt(twilio.calls.create(to=message.to, twiml=script, **self._told))
        )


def sent_by(sender: str, messaging_service_sid: str) -> dict[str, str]:
    """Who an SMS comes from: a messaging service, which chooses among its numbers, or the one sender."""
    return {"messaging_service_sid": messaging_service_sid} if messaging_service_sid else {"from_": sender}


def twiml(text: str, language: str, voice: str) -> str:
    """The script of a call (https://www.twilio.com/docs/voice/twiml/say). Raises `Rejected` when it is too long."""
    response = Element("Response")
    say = SubElement(response, "Say", {"language": language, **({"voice": voice} if voice else {})})
    say.text = CONTROL.sub("", text)  # characters that no XML can hold
    script = tostring(response, "unicode")
    if len(script) > LONGEST_TWIML:
        raise Rejected(f"A call has at most {LONGEST_TWIML:,} characters of script, this one {len(script):,}.")
    return script


def _answering(callback: str) -> dict[str, str]:
    return {"status_callback": callback} if callback else {}


def _receipt(taken: Any, text: str = "") -> Receipt:
    """Of an answer that can be read. A messaging service that has not chosen a sender counts no segments yet."""
    if not isinstance(taken.sid, str):
        raise ValueError("an order without a number")
    segments = int(getattr(taken, "num_segments", None) or 0)
    return Receipt(carrier=CARRIER, message_id=taken.sid, units=segments or parts(text))
