"""Figures about what happened and how tasks fare: read for people, by ranges of keys; nothing is decided by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Protocol

Span = tuple[datetime, datetime]
"""Since the first instant and before the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What happened within a span of time. `retried` are tasks that ended after more than one try."""

    sign_ups: int = 0
    messages: int = 0
    delivered: int = 0
    accepted: int = 0
    done: int = 0
    retried: int = 0
    dead: int = 0
    refusals: int = 0

    def __add__(self, other: Numbers) -> Numbers:
        return Numbers(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(Numbers)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow:
    """How long the tasks of one name took lately, in seconds; `task_id` is the slowest of them."""

    name: str
    number: int
    mean: float
    longest: float
    task_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How one queue went lately: tasks ended a minute, and their mean wait in seconds from due to begun."""

    queue: str
    per_minute: float
    wait: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a task: its state, what it said last, and its seconds of work (None: unknown)."""

    name: str
    state: str
    error: str | None = None
    seconds: float | None = None


class Figures(Protocol):
    """Counts, in the open transaction or reading block. Whole hours are kept, so that no old rows are counted again."""

    def count(self, spans: Sequence[Span]) -> list[Numbers]:
        """Count what happened within each of these spans, all at one asking: meant for an hour or so each."""
        ...

    def keep(self, hours: Mapping[datetime, Numbers]) -> None:
        """Keep the numbers of whole hours, by their beginning; one that is kept already takes the new ones."""
        ...

    def kept(self, start: datetime, end: datetime) -> dict[datetime, Numbers]:
        """The hours that are kept and begin since `start` and before `end`, oldest first."""
        ...

    def kept_until(self) -> datetime | None:
        """The end of the last hour that is kept, or None."""
        ...

    def slowest(self, since: datetime, most: int) -> list[Slow]:
        """The names of up to `most` tasks that took longest, slowest first, among the last 5,000 that ended."""
        ...

    def paces(self, since: datetime) -> list[Pace]:
        """How each queue went since then, by the last 5,000 tasks that ended."""
        ...

    def outcomes(self, task_ids: Iterable[str]) -> dict[str, Outcome]:
        """What became of these tasks; ones that are forgotten are left out."""
        ...
