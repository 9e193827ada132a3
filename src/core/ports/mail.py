"""Sending mail; no word here of SMTP."""

from dataclasses import dataclass, field
from typing import Protocol

from core.ports.delivery import Receipt


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One mail to one address, ready to be sent. `html` may be empty; `text` never is."""

    to: str
    subject: str
    text: str
    html: str = ""
    reply_to: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


class Mail(Protocol):
    """Carries letters."""

    def send(self, letter: Letter, key: str) -> Receipt:
        """Hand one letter over; returns when the carrier has taken responsibility for it (SMTP: 250 after DATA).

        `key` names this letter for ever: the Message-ID is made of it (RFC 5322 3.6.4), so a letter that had to be
        sent twice can be recognised. A line break in any header value raises `Rejected`, and nothing is sent.
        Raises `Unavailable` (another try may succeed: connection refused, timeout, SMTP 4xx), `Unanswered` (the
        letter was handed over and no answer came) or `Rejected` (it cannot: SMTP 5xx about this letter or recipient).
        """
        ...
