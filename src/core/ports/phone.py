"""Reaching a phone by text and by voice; it knows no vendor. Numbers are E.164 (+14155550123) and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from core.ports.delivery import Receipt


@dataclass(frozen=True, kw_only=True)
class TextMessage:
    """One SMS to one number. `user` is whose budget it is charged to; empty is the house's own."""

    to: str
    text: str
    user: str = ""


@dataclass(frozen=True, kw_only=True)
class SpokenMessage:
    """A call in which a text is spoken in a language (BCP 47, like en-GB). `user` is whose budget it is charged to."""

    to: str
    text: str
    language: str = "en-GB"
    user: str = ""


class Sms(Protocol):
    """Carries short messages."""

    def send(self, message: TextMessage, key: str) -> Receipt:
        """Hand one message over; returns when the carrier has taken it.

        `key` names this message for ever. Raises `Unavailable` (another try may succeed: no connection, timeout before
        it was sent, 429, 5xx), `Unanswered` (it was handed over and no answer came) or `Rejected` (this number or text
        is refused for good).
        """
        ...


class Calls(Protocol):
    """Calls people up."""

    def call(self, message: SpokenMessage, key: str) -> Receipt:
        """Have a number called and the text spoken; returns when the order is taken. Raises as `Sms.send`."""
        ...
