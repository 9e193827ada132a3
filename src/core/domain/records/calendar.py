"""Years, months and days as steps into a list of dated records; it knows dates, and no record."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

MOST_YEARS = 60
"""So many years are offered, the latest ones: further back one types a date."""


class Width(StrEnum):
    """How much time a step covers."""

    ALL = "all"
    YEAR = "year"
    MONTH = "month"
    DAY = "day"


@dataclass(frozen=True, kw_only=True)
class Step:
    """A stretch of whole days, `last` included."""

    width: Width
    first: date
    last: date

    @property
    def label(self) -> str:
        """What people call it, below the step that it is a part of."""
        if self.width == Width.YEAR:
            return f"{self.first.year}"
        return f"{self.first:%B}" if self.width == Width.MONTH else f"{self.first.day} {self.first:%B}"


def step(first: date | None, last: date | None) -> Step | None:
    """Return the year, month or day that these two days are the ends of, or None when they are of no such thing."""
    if first is None or last is None:
        return None
    around = (year(first.year), month(first.year, first.month), Step(width=Width.DAY, first=first, last=first))
    return next((one for one in around if (one.first, one.last) == (first, last)), None)


def trail(here: Step | None) -> list[Step]:
    """Return the steps that lead to this one, the widest first, itself included."""
    if here is None:
        return []
    wider = [year(here.first.year), month(here.first.year, here.first.month)]
    return [*wider[: [Width.YEAR, Width.MONTH, Width.DAY].index(here.width)], here]


def within(here: Step | None, first: date, last: date) -> list[Step]:
    """Return the steps that this one consists of, in order; of all time, the years from `first` to `last`."""
    if here is None:
        return [year(number) for number in range(max(first.year, last.year - MOST_YEARS + 1), last.year + 1)]
    if here.width == Width.YEAR:
        return [month(here.first.year, number) for number in range(1, 13)]
    if here.width == Width.MONTH:
        days = [here.first + timedelta(days=number) for number in range(here.last.day)]
        return [Step(width=Width.DAY, first=day, last=day) for day in days]
    return []


def edges(steps: Sequence[Step]) -> list[date]:
    """Return where each of consecutive steps begins, and where the last one ends (exclusive)."""
    ends = [date.max if one.last == date.max else one.last + timedelta(days=1) for one in steps[-1:]]
    return [*(one.first for one in steps), *ends]


def year(number: int) -> Step:
    """Return a whole year."""
    return Step(width=Width.YEAR, first=date(number, 1, 1), last=date(number, 12, 31))


def month(of: int, number: int) -> Step:
    """Return a whole month of a year."""
    days = calendar.monthrange(of, number)[1]
    return Step(width=Width.MONTH, first=date(of, number, 1), last=date(of, number, days))
