"""The stationery that messages are written on; no word here of any template language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from core.ports.mail import Letter


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a short message says: a push has a title and a text, an SMS and a call have a text only."""

    text: str
    title: str = ""


class Stationery(Protocol):
    """Writes messages from templates."""

    def write(self, template: str, to: str, facts: dict[str, Any], reply_to: str | None = None) -> Letter:
        """Return the letter that template and facts make: subject, text and inlined HTML, every fact escaped."""
        ...
