"""What Twilio tells of messages and calls it took: by itself, signed, or when it is asked; it sends nothing.

https://www.twilio.com/docs/usage/webhooks/webhooks-security, https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from adapters.phone.twilio import CARRIER
from adapters.phone.twilio_account import TwilioAccount
from core.domain.kernel.errors import Forbidden, Invalid
from core.ports.clock import Clock
from core.ports.delivery import Delivery, News

LARGEST = 64 * 1024
STATES = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending", "sent"), Delivery.SENT),
    **dict.fromkeys(("initiated", "ringing", "answered", "in-progress"), Delivery.SENT),
    **dict.fromkeys(("delivered", "read", "completed"), Delivery.DELIVERED),
    "undelivered": Delivery.BOUNCED,
    **dict.fromkeys(("failed", "canceled", "busy", "no-answer"), Delivery.FAILED),
}
"""Of messages and of calls; to us a message is SENT as soon as Twilio has it."""
FOR_EVER = {
    "21610": "its owner answered STOP",
    "30005": "there is no such number",
    "30006": "it is a landline or cannot be reached",
}
"""Errors after which a number is not written to again."""
PORTS = {"https": 443, "http": 80}


class TwilioNews:
    """`core.ports.delivery.Newsreader` of status callbacks."""

    def __init__(self, sid: str, token: str, clock: Clock) -> None:
        self._sid, self._token, self._clock = sid, token.encode(), clock

    def read(self, url: str, headers: Mapping[str, str], body: bytes) -> list[News]:
        """Return the news of one callback; see the port. Twilio dates none of a message's, so they are of now."""
        pairs = _pairs(body)
        self._check_signature(url, headers, pairs)
        fields = dict(pairs)
        if not hmac.compare_digest(fields.get("AccountSid", "").encode(), self._sid.encode()):
            raise Forbidden("This is news of another account at Twilio. Nothing was changed.")
        sid = fields.get("MessageSid") or fields.get("SmsSid") or fields.get("CallSid", "")
        status = fields.get("MessageStatus") or fields.get("SmsStatus") or fields.get("CallStatus", "")
        if not sid or status not in STATES:
            return []
        return [_news(sid, status, code=fields.get("ErrorCode", ""), to=fields.get("To", ""), at=self._clock.now())]

    def _check_signature(self, url: str, headers: Mapping[str, str], pairs: list[tuple[str, str]]) -> None:
        given = {name.lower(): value for name, value in headers.items()}.get("x-twilio-signature", "")
        ours = [signature(self._token, written, pairs) for written in _with_and_without_port(url)]
        if not any(hmac.compare_digest(one.encode(), given.encode()) for one in ours):
            raise Forbidden("Twilio has not signed this, or it was sent to another address. Nothing was changed.")


class TwilioTracker:
    """`core.ports.delivery.Tracker` of messages and calls."""

    def __init__(self, account: TwilioAccount, clock: Clock) -> None:
        self._account, self._clock = account, clock

    def news_of(self, message_id: str) -> News | None:
        """Ask how far a message or a call has come; see the port."""
        if not message_id.isalnum():
            return None
        found = self._account.look(lambda twilio: _kept(twilio, message_id).fetch())
        if found is None or str(found.status) not in STATES:
            return None
        code, at = str(getattr(found, "error_code", None) or ""), found.date_updated or self._clock.now()
        return _news(message_id, str(found.status), code=code, to=str(found.to), at=at)


def signature(token: bytes, url: str, pairs: Iterable[tuple[str, str]]) -> str:
    """HMAC-SHA1 of the whole address and every field, sorted by name, nothing between; base64."""
    told = url + "".join(name + value for name, value in sorted(set(pairs)))
    return base64.b64encode(hmac.new(token, told.encode(), hashlib.sha1).digest()).decode()


def _pairs(body: bytes) -> list[tuple[str, str]]:
    if len(body) > LARGEST:
        raise Invalid({"body": f"News has at most {LARGEST:,} bytes, this {len(body):,}. Nothing was changed."})
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=200, errors="strict")
    except ValueError:
        raise Invalid({"body": "This is no form that can be read. Nothing was changed."}) from None


def _with_and_without_port(url: str) -> list[str]:
    """Twilio signs an address with its port or without, as the case may be; its own SDKs try both."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    port = parts.port or PORTS.get(parts.scheme, 0)
    return [url, parts._replace(netloc=host).geturl(), parts._replace(netloc=f"{host}:{port}").geturl()]


def _kept(twilio: Any, message_id: str) -> Any:
    return twilio.calls(message_id) if message_id.startswith("CA") else twilio.messages(message_id)


def _news(sid: str, status: str, *, code: str, to: str, at: datetime) -> News:
    code = "" if code == "0" else code
    why = FOR_EVER.get(code, f"Twilio's error {code}: https://www.twilio.com/docs/errors/{code}" if code else "")
    return News(
        carrier=CARRIER, event_id=f"{sid}:{status}", message_id=sid, state=STATES[status], at=at,
        detail=f"{status}: {why}" if why else status, is_final_for=to if code in FOR_EVER else "",
    )  # fmt: skip
