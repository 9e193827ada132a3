"""Figures in memory, counted from the same shelves that the other twins fill."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from adapters.memory.store import MemoryUnitOfWork
from core.domain.tasks import State, Task
from core.ports.clock import Clock
from core.ports.figures import Numbers, Outcome, Pace, Slow, Span

HOUR = timedelta(hours=1)


class MemoryFigures:
    """`core.ports.figures.Figures`."""

    def __init__(self, store: MemoryUnitOfWork, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def count(self, spans: Sequence[Span]) -> list[Numbers]:
        return [self._count(start, end) for start, end in spans]

    def _count(self, start: datetime, end: datetime) -> Numbers:
        def made(shelf: str, at: str = "created_at", **fits: Any) -> int:
            rows = self._store.shelf(shelf).values()
            timely = [row for row in rows if start <= getattr(row, at) < end]
            return sum(all(getattr(row, name) == value for name, value in fits.items()) for row in timely)

        ended = [task for task in self._ended(start) if task.finished_at and task.finished_at < end]
        done = [task.name for task in ended if task.state == State.DONE]
        return Numbers(
            sign_ups=made("user"), messages=made("contact message"), accepted=made("task"), done=len(done),
            delivered=done.count("contact.deliver"), retried=sum(task.attempts > 1 for task in ended),
            dead=sum(task.state == State.DEAD for task in ended),
            refusals=made("audit entry", "at", action="failed to sign in"),
        )  # fmt: skip

    def keep(self, hours: Mapping[datetime, Numbers]) -> None:
        self._hours.update(hours)

    def kept(self, start: datetime, end: datetime) -> dict[datetime, Numbers]:
        return {hour: self._hours[hour] for hour in sorted(self._hours) if start <= hour < end}

    def kept_until(self) -> datetime | None:
        return max(self._hours) + HOUR if self._hours else None

    def slowest(self, since: datetime, most: int) -> list[Slow]:
        worked = defaultdict(list)
        for task in self._ended(since):
            if task.started_at and task.state != State.CANCELLED:
                worked[task.name].append((_seconds(task) or 0.0, task.id))
        found = [
            Slow(name=name, number=len(all_of), mean=sum(one for one, _ in all_of) / len(all_of),
                 longest=max(all_of)[0], task_id=max(all_of)[1])
            for name, all_of in worked.items()
        ]  # fmt: skip
        return sorted(found, key=lambda one: (-one.longest, one.name))[:most]

    def paces(self, since: datetime) -> list[Pace]:
        minutes, waits = max((self._clock.now() - since).total_seconds(), 1.0) / 60, defaultdict(list)
        for task in self._ended(since):
            if task.state != State.CANCELLED:
                begun, due = task.started_at or task.finished_at, task.due_at or task.created_at
                waits[task.queue].append((begun - due).total_seconds())  # type: ignore[operator]
        return [
            Pace(queue=queue, per_minute=len(found) / minutes, wait=max(0.0, sum(found) / len(found)))
            for queue, found in sorted(waits.items())
        ]

    def outcomes(self, task_ids: Iterable[str]) -> dict[str, Outcome]:
        tasks = self._store.shelf("task")
        found = [tasks[task_id] for task_id in task_ids if task_id in tasks]
        return {
            task.id: Outcome(name=task.name, state=task.state, error=task.error, seconds=_seconds(task))
            for task in found
        }

    @property
    def _hours(self) -> dict[datetime, Numbers]:
        return self._store.shelf("hour")

    def _ended(self, since: datetime) -> list[Task]:
        return [task for task in self._store.shelf("task").values() if task.finished_at and task.finished_at >= since]


def _seconds(task: Task) -> float | None:
    return (task.finished_at - task.started_at).total_seconds() if task.started_at and task.finished_at else None
