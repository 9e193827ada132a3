"""How vendors are getting on: what was asked of them, what it cost, and whether they are asked at all just now.

A vendor is named with its channel, like `sms:twilio`: one that mails may be well while its phone is down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """How a call of a vendor ended. BROKEN: in a way that no adapter foresaw."""

    DONE = "done"
    UNAVAILABLE = "unavailable"
    UNANSWERED = "unanswered"
    REJECTED = "rejected"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a vendor: `vendor` like `sms:twilio`, `verb` the port's, `seconds` it took, `units` it charges.

    `said` are the words of a failure.
    """

    vendor: str
    verb: str
    at: datetime
    seconds: float
    outcome: Outcome
    units: int = 1
    user: str = ""
    to: str = ""
    said: str = ""


class Meter(Protocol):
    """Counts calls."""

    def note(self, call: Call) -> None:
        """Count one call. Never raises, never waits."""
        ...


class Budget(Protocol):
    """Says whether a call may be made at all."""

    def check(self, vendor: str, to: str = "", user: str = "") -> None:
        """Set aside what the call will cost and return, or raise `TooDear`: the vendor's or the person's spending for
        today is used up, or that country is not allowed.

        To be asked once before each call, which is then noted by the `Meter`: what was set aside and not charged is
        given back there. Never waits for a sick counter. Raises `Unavailable` where nobody knows what was spent.
        """
        ...


class Position(StrEnum):
    """CLOSED: asked as usual. OPEN: not asked until a moment has come. HALF_OPEN: one call is let through to see."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True, kw_only=True)
class Breaker:
    """One vendor's breaker. `held`: an operator put it there, and it stays. `said` is the failure that opened it."""

    vendor: str
    position: Position = Position.CLOSED
    held: bool = False
    until: datetime | None = None
    failures: int = 0
    said: str = ""


class Breakers(Protocol):
    """The breakers of every vendor, the same for all processes. What an operator does raises `Unavailable` where it
    would reach nobody else."""

    def all(self, vendors: Sequence[str]) -> list[Breaker]:
        """The breakers of these vendors, in their order."""
        ...

    def hold_open(self, vendor: str) -> None:
        """Have nobody ask this vendor until it is closed or reset."""
        ...

    def hold_closed(self, vendor: str) -> None:
        """Have it asked whatever happens, until it is opened or reset."""
        ...

    def reset(self, vendor: str) -> None:
        """Forget its failures and every hold."""
        ...

    def admit(self, vendor: str) -> None:
        """Return if this vendor may be asked now. Raises `Unavailable` while it is open, and, once it is half-open, for
        everybody but the one who is to try it. Nearly always without a round trip; never waits for a sick store."""
        ...

    def spare(self, vendor: str) -> None:
        """Give back what `admit` allowed: the vendor was not asked after all."""
        ...

    def mark_well(self, vendor: str) -> None:
        """The vendor answered, if only to refuse: its breaker closes."""
        ...

    def mark_failed(self, vendor: str, said: str, retry_after: float | None = None) -> None:
        """The vendor did not answer; after so many times its breaker opens, for `retry_after` seconds at least."""
        ...


class Speeds(Protocol):
    """How fast vendors deliver, measured by what became of what they took."""

    def slow_share(self, vendor: str) -> float | None:
        """Return which share (0 to 1) of what a vendor (`sms:twilio`) took in the last 15 minutes needed more than 5
        minutes to be delivered, or has waited so long; None where no delivery was heard of."""
        ...
