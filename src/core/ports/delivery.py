"""What became of something that was sent: the receipt of whoever carries it, and the news that comes later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Delivery(StrEnum):
    """How far a message has come.

    QUEUED: not handed over yet. SENT: a vendor took it. DELIVERED: it is with its recipient. BOUNCED: the address does
    not take it. FAILED: the vendor gave up. UNKNOWN: nobody knows, nor will.
    """

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What the carrier said when it took a message over: who carried it, its number there, and how many units it
    charges (parts of an SMS, started minutes of a call)."""

    carrier: str
    message_id: str
    units: int = 1


@dataclass(frozen=True, kw_only=True)
class News:
    """One thing a carrier tells of a message it took; it may come twice, and in any order.

    `event_id` is unique at that carrier. `is_final_for` is the address that will never take anything again, or empty.
    """

    carrier: str
    event_id: str
    message_id: str
    state: Delivery
    at: datetime
    detail: str = ""
    is_final_for: str = ""


class Newsreader(Protocol):
    """Reads what a carrier posts to us."""

    def read(self, url: str, headers: Mapping[str, str], body: bytes) -> list[News]:
        """Return the news in a request, none for one that tells nothing new about a message.

        `url` is the whole address that the carrier called, from our own settings. Raises `Forbidden` for one that the
        carrier did not sign, that is too old, or that speaks of somebody else's account; `Invalid` for one that cannot
        be read.
        """
        ...


class Tracker(Protocol):
    """Is asked for news that did not come."""

    def news_of(self, message_id: str) -> News | None:
        """Return what the carrier knows of a message now, or None when it keeps nothing. Raises `Unavailable`."""
        ...
