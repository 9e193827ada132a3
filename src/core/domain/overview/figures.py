"""Figures of a day and of the day before; whole hours are counted once and kept, so old rows are never read again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from core.domain.kernel.marks import every, task
from core.domain.kernel.notes import Note
from core.domain.tasks import Run, State
from core.ports.clock import Clock
from core.ports.figures import Figures, Numbers, Slow, Span
from core.ports.queue import Ledger, QueueFigures

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FIRST_LOOK = 14
"""So many days are counted when nothing is kept yet."""
SETTLED = timedelta(minutes=1)
"""So long after an hour's end, transactions that began in it are over."""
REFUSED = "failed to sign in"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number with the one before it. `kind` and `filters` are the list it counts; `more_is_worse` colours it."""

    name: str
    label: str
    number: int
    before: int
    kind: str
    filters: dict[str, str] = field(default_factory=dict)
    more_is_worse: bool = False

    @property
    def address(self) -> str:
        """Where its list is in the admin, below the admin's own address."""
        return f"{self.kind}/?{urlencode(self.filters)}"

    @property
    def trend(self) -> str:
        """Its change in words: "+12 %", "–3", "the same"; a share of next to nothing says nothing."""
        change = self.number - self.before
        if change == 0:
            return "the same"
        shown = f"{abs(change) / self.before:,.0%}".replace("%", " %") if self.before >= 10 else f"{abs(change):,}"
        return f"{'+' if change > 0 else '–'}{shown}"

    @property
    def tone(self) -> str:
        """Whether that is a matter of concern: warn or calm."""
        return "warn" if self.more_is_worse and self.number > self.before else "calm"


class Overview:
    """Tells the figures. Its reading verbs act in the caller's transaction or reading block."""

    def __init__(
        self, figures: Figures, ledger: Ledger, clock: Clock, notes: Sequence[Callable[[], Note]] = ()
    ) -> None:
        self._figures, self._ledger, self._clock, self._notes = figures, ledger, clock, notes

    def day(self) -> list[Figure]:
        """What happened in the last 24 hours, each with the 24 hours before."""
        now = self._clock.now()
        return list(_listed(self._between(now - DAY, now), self._between(now - 2 * DAY, now - DAY), now - DAY))

    def days(self, number: int) -> list[tuple[date, Numbers]]:
        """What happened on each of the last days, oldest first and today last; days are of UTC."""
        now = self._clock.now()
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        begin = today - (number - 1) * DAY
        sums = {(begin + back * DAY).date(): Numbers() for back in range(number)}
        for hour, numbers in self._figures.kept(begin, now).items():
            sums[hour.date()] += numbers
        spans = list(_spans(max(begin, self._figures.kept_until() or begin), now))
        for (start, _), numbers in zip(spans, self._figures.count(spans), strict=True):
            sums[start.date()] += numbers
        return list(sums.items())

    def slowest(self, most: int = 5) -> list[Slow]:
        """The tasks that took longest in the last 24 hours."""
        return self._figures.slowest(self._clock.now() - DAY, most)

    def queues(self) -> list[QueueFigures]:
        """Every queue as it is now."""
        return self._ledger.figures()

    def dead(self) -> int:
        """How many tasks are dead, whenever they died."""
        return sum(queue.dead for queue in self.queues())

    def notes(self) -> list[Note]:
        """What the modules say of how they stand."""
        return [note() for note in self._notes]

    @every("tally", "1 * * * *", window=600)
    @task("overview.tally", queue="upkeep", priority=7)
    def tally(self, run: Run) -> dict[str, Any]:
        """Count the hours that are over and not kept yet, and keep their numbers."""
        until = _hour(self._clock.now() - SETTLED)
        begin = max(self._figures.kept_until() or until - FIRST_LOOK * DAY, until - FIRST_LOOK * DAY)
        spans = list(_spans(begin, until))
        self._figures.keep(dict(zip((start for start, _ in spans), self._figures.count(spans), strict=True)))
        return {"hours": len(spans)}

    def _between(self, start: datetime, end: datetime) -> Numbers:
        """Whole hours from what is kept; what is on either side of them, and not kept yet, is counted."""
        first = _hour(start) + HOUR
        last = min(_hour(end), self._figures.kept_until() or start)
        if last <= first:
            return self._figures.count([(start, end)])[0]
        edges = self._figures.count([(start, first), (last, end)])
        return sum((*edges, *self._figures.kept(first, last).values()), Numbers())


def _listed(now: Numbers, before: Numbers, since: datetime) -> Iterator[Figure]:
    """The figures in the order in which they are read; each leads to the list of what it counts."""
    instant = since.isoformat(timespec="seconds").replace("+00:00", "")
    ended = {"finished_at.from": instant}
    rows: tuple[tuple[str, str, str, dict[str, str]], ...] = (
        ("sign_ups", "sign-ups", "users", {"created_at.from": instant}),
        ("messages", "messages received", "contact-messages", {"created_at.from": instant}),
        ("delivered", "messages delivered", "contact-messages", {"delivered_at.from": instant}),
        ("done", "tasks done", "tasks", {"state.is": State.DONE, **ended}),
        ("retried", "tasks that took more than one try", "tasks", {"attempts.from": "2", **ended}),
        ("dead", "tasks given up", "tasks", {"state.is": State.DEAD, **ended}),
        ("refusals", "sign-ins refused", "audit-entries", {"action.is": REFUSED, "at.from": instant}),
    )
    for name, label, kind, filters in rows:
        yield Figure(
            name=name, label=label, number=getattr(now, name), before=getattr(before, name), kind=kind, filters=filters,
            more_is_worse=name in ("retried", "dead", "refusals"),
        )  # fmt: skip


def _spans(start: datetime, end: datetime) -> Iterator[Span]:
    """The span cut at full hours."""
    while start < end:
        following = min(_hour(start) + HOUR, end)
        yield start, following
        start = following


def _hour(instant: datetime) -> datetime:
    return instant.replace(minute=0, second=0, microsecond=0)
