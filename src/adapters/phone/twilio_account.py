"""Our account at Twilio: its SDK, opened when somebody first asks, and its refusals in our words."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

from core.domain.kernel.errors import Gone, Rejected, Unanswered, Unavailable

T = TypeVar("T")
TIMEOUT = 10.0
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError)
GONE = frozenset({21610})
"""Whoever answered STOP gets nothing more, whatever is tried."""
LATER = frozenset({10004, 14107, 20429, 21611, 30001})
"""Too many at once: calls, messages, requests, a sender's queue."""
NOT_THERE = 20404
ACCOUNT = frozenset({20003, 20005, 20006, 20008, NOT_THERE})
SENDER = frozenset({21210, 21212, 21213, 21603, 21606, 21607, 21659, 21660, 21661, 21701, 21703, 21704, 21705})
CALLBACK = frozenset({21609, 21626})
"""What is wrong with our settings and not with a message: another vendor may carry it, and an operator must mend it."""


class TwilioAccount:
    """An account by its SID and token; an empty `base_url` is Twilio's own. Every wait ends after `timeout` seconds."""

    def __init__(self, sid: str, token: str, base_url: str = "", timeout: float = TIMEOUT) -> None:
        self.sid, self._token, self._base_url, self._timeout = sid, token, base_url, timeout

    def open(self) -> None:
        """Load the SDK now, so that the first order does not wait for it; no connection is opened."""
        self._client  # noqa: B018

    def order(self, ask: Callable[[Any], T]) -> T:
        """Return what Twilio answers to an order, which is given once. Raises as `core.ports.phone.Sms.send`."""
        try:
            given: T = self._ask(ask)
        except UNREADABLE as garbled:
            raise Unanswered(
                f"Twilio took it and gave an answer that cannot be read ({_kind(garbled)}). "
                "Look whether it is in the console's log before it is sent again."
            ) from None
        return given

    def look(self, ask: Callable[[Any], Any]) -> Any:
        """Return what Twilio answers to a question, or None when it keeps nothing. Raises `Unavailable`."""
        try:
            return self._ask(ask, to_a_refusal=_kept)
        except UNREADABLE as garbled:
            raise Unavailable(f"Twilio gave an answer that cannot be read ({_kind(garbled)}).") from None

    def _ask(self, ask: Callable[[Any], Any], to_a_refusal: Callable[[Any], Any] | None = None) -> Any:
        from twilio.base.exceptions import TwilioException

        try:
            return ask(self._client)
        except TwilioException as refused:
            return (to_a_refusal or _raise)(refused)

    @cached_property
    def _client(self) -> Any:
        """The SDK takes 0.4 s and 30 MB to load, which only a process pays that asks Twilio."""
        from twilio.rest import Client

        from adapters.phone.twilio_line import Line

        client = Client(self.sid, self._token, http_client=Line(self._timeout))
        client.edge = client.region = None  # not from TWILIO_EDGE: the address is a setting of ours
        if self._base_url:
            client.api.base_url = self._base_url
        return client


def _kept(refused: Any) -> None:
    if getattr(refused, "code", 0) != NOT_THERE:
        _raise(refused)


def _raise(refused: Any) -> Any:
    code, status = (_number(getattr(refused, name, 0)) for name in ("code", "status"))
    raise failure(code, status, _words(refused)) from None


def failure(code: int, status: int, said: str) -> Exception:
    """What a refusal means to us, by Twilio's error dictionary (https://www.twilio.com/docs/api/errors)."""
    told = f"{said} ({code or status})"
    if code in GONE:
        return Gone(f"Twilio refuses this number for good: {told}. Forget it, until its owner writes START.")
    if code in LATER:
        return Unavailable(f"Twilio does not take it now: {told}.")
    if code in SENDER:
        return _to_mend(f"Twilio does not take our sender: {told}. Correct ENGINEBAY_TWILIO__SENDER")
    if code in CALLBACK:
        return _to_mend(f"Twilio cannot reach us: {told}. Correct ENGINEBAY_BASE_URL")
    if code in ACCOUNT or status in (401, 404) or status < 400:
        return _to_mend(
            f"Twilio does not accept our account: {told}. Correct ENGINEBAY_TWILIO__ACCOUNT_SID, "
            "ENGINEBAY_TWILIO__AUTH_TOKEN or ENGINEBAY_TWILIO__BASE_URL"
        )
    return Rejected(f"Twilio refuses this for good: {told}.")


def _to_mend(sentence: str) -> Unavailable:
    return Unavailable(f"{sentence}, then restart.")


def _number(given: object) -> int:
    return given if isinstance(given, int) else 0


def _words(refused: Any) -> str:
    """Twilio's own words, without what the SDK writes before them."""
    said = str(getattr(refused, "msg", "") or getattr(refused, "detail", "") or getattr(refused, "title", ""))
    return " ".join((said.partition(": ")[2] or said).split())[:300].rstrip(".") or "it gave no reason"


def _kind(error: Exception) -> str:
    return type(error).__name__
