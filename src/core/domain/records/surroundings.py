"""What stands around a page of a list: how many fit, how many each choice would leave, its years, months and days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from core.domain.records import calendar
from core.domain.records.calendar import Step
from core.domain.records.fields import Field, Kind
from core.domain.records.record import Record
from core.ports.counts import Counts, Number
from core.ports.records import Question

LONG = 10_000
"""A list with more records is sorted, and stepped through by date, only by fields that have an index."""
MOST = 250
"""How far what fits is counted: each record has to be read for it, and beyond some pages nobody counts."""
NONE = Number(value=0)


@dataclass(frozen=True, kw_only=True)
class Dates:
    """Steps into a list by a date: where one is (`trail`, widest first) and where one can go on to."""

    field: Field
    trail: list[Step]
    steps: list[Step]


@dataclass(frozen=True, kw_only=True)
class Around:
    """What surrounds a page. `tallies` maps field and value to how many there are, None where nobody knows.

    `sortable` names columns.
    """

    total: Number
    sortable: frozenset[str]
    tallies: Mapping[str, Mapping[Any, Number | None]] = field(default_factory=dict)
    dates: Dates | None = None


class Surroundings:
    """Tells what stands around a page, at a bounded price; it reads in the caller's block."""

    def __init__(self, counts: Counts) -> None:
        self._counts, self.most = counts, MOST

    def around(self, kind: Record, question: Question, *, days: Mapping[str, tuple[str, str]]) -> Around:
        """Return it. `days` are the first and the last day that the list is narrowed to, as text, by field."""
        asked = (kind.fields[name] for name in kind.filters)
        values = {one.name: _values(one) for one in asked if one.kind in (Kind.CHOICE, Kind.FLAG)}
        fits = self._counts.fitting(kind.entity, values, question, self.most)
        sortable = self._sortable(kind, self._counts.size(kind.entity) if _is_narrowed(question) else fits.total)
        chosen = {(one.field, one.value): fits.total for one in question.conditions if one.test == "is"}
        tallies = {
            name: {one: _told(chosen.get((name, one), fits.tallies[name].get(one, NONE))) for one in values[name]}
            for name in values
        }
        return Around(total=fits.total, sortable=sortable, tallies=tallies, dates=self._dates(kind, sortable, days))

    def _sortable(self, kind: Record, size: Number) -> frozenset[str]:
        """Fields by which this list can be sorted while somebody waits."""
        every = frozenset(name for name, one in kind.fields.items() if one.is_sortable)
        is_long = size.sense != "exactly" or size.value > LONG
        return every & self._counts.ordered(kind.entity) if is_long else every

    def _dates(self, kind: Record, sortable: frozenset[str], days: Mapping[str, tuple[str, str]]) -> Dates | None:
        dated = (kind.fields[name] for name in kind.filters if name in sortable)
        by = next((one for one in dated if one.kind in (Kind.INSTANT, Kind.DAY)), None)
        ends = self._counts.ends(kind.entity, by.name) if by else None
        if by is None or ends is None:
            return None
        first, last = (_day(end) for end in ends)
        here = calendar.step(*(_read(text) for text in days.get(by.name, ("", ""))))
        return Dates(field=by, trail=calendar.trail(here), steps=self._inhabited(kind, by, here, (first, last)))

    def _inhabited(self, kind: Record, by: Field, here: Step | None, ends: tuple[date, date]) -> list[Step]:
        steps = calendar.within(here, *ends)
        edges = calendar.edges(steps)
        values = edges if by.kind == Kind.DAY else [datetime.combine(day, time.min, UTC) for day in edges]
        there = self._counts.inhabited(kind.entity, by.name, values) if steps else []
        return [one for one, is_there in zip(steps, there, strict=True) if is_there]


def _is_narrowed(question: Question) -> bool:
    return bool(question.conditions or question.words)


def _told(number: Number) -> Number | None:
    """A number that says something: "at least none" does not."""
    return None if number.sense == "at least" and not number.value else number


def _values(asked: Field) -> tuple[Any, ...]:
    return (True, False) if asked.kind == Kind.FLAG else asked.allowed


def _day(value: date | datetime) -> date:
    return value.astimezone(UTC).date() if isinstance(value, datetime) else value


def _read(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
