"""Asking for exchange rates; no word here of who publishes them or how."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class DayRates:
    """The rates of one day: how much of each currency (ISO 4217) one euro buys, always more than nought."""

    day: date
    rates: dict[str, Decimal]
    source: str


@dataclass(frozen=True, kw_only=True)
class History:
    """Many days, one after the other; `total` is about how many, for whoever shows progress."""

    total: int
    days: Iterator[DayRates]


class Exchange(Protocol):
    """Knows reference rates of the euro."""

    def latest(self) -> DayRates:
        """Return the newest rates there are; on a day without trade they are older.

        Raises `Unavailable` when there is no answer, or none that can be read.
        """
        ...

    def history(self) -> History:
        """Return every day there is, in the source's order, never more than a little of it in memory.

        Raises `Unavailable`, while it is iterated over as well.
        """
        ...
