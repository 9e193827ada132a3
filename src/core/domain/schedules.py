"""The timetable: tasks that come due by themselves, each due instant once, whatever the number of clocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core.domain.kernel import rules
from core.domain.tasks import Catalogue, Outbox, Task
from core.ports.clock import Clock
from core.ports.cron import Cron
from core.ports.repositories import Schedules

MISSED = ("all", "latest", "skip")
PUNCTUAL = timedelta(minutes=1)
"""Later than this, a run counts as missed and its policy speaks."""
CATCH_UP = 1000
"""At most so many missed runs of one schedule are made up for in one go."""


@dataclass(eq=False, kw_only=True)
class Schedule:
    """When a task runs. `missed` says what becomes of runs nobody was there for: all, the latest, or none."""

    name: str
    task: str
    cron: str
    zone: str = "UTC"
    missed: str = "latest"
    enabled: bool = True
    payload: dict[str, Any] = field(default_factory=dict)
    next_due: datetime | None = None
    declared: str = ""
    """The code's default when it was last applied; where it differs from the row, an admin's change stands."""

    def __str__(self) -> str:
        return self.name

    def check(self, cron: Cron) -> None:
        """Raise `Invalid` with a sentence for each field that is wrong."""
        listed = rules.Checklist()
        listed.take("cron", cron.check, self.cron, self.zone)
        listed.take("missed", rules.choice, self.missed, "The policy for missed runs", MISSED)
        listed.close()

    def runs_for(self, missed: list[datetime], now: datetime) -> list[datetime]:
        """Which of these due instants still get a run, by the policy."""
        if self.missed == "all" or not missed:
            return missed
        if self.missed == "latest":
            return missed[-1:]
        return [due for due in missed[-1:] if now - due <= PUNCTUAL]


@dataclass(eq=False, kw_only=True)
class ScheduleRun:
    """One run of a schedule: unique by (schedule, due instant)."""

    schedule: str
    due_at: datetime
    task_id: str
    fired_at: datetime


class Timetable:
    """Keeps the schedules and fires what is due."""

    def __init__(self, schedules: Schedules, outbox: Outbox, cron: Cron, clock: Clock) -> None:
        self._schedules, self._outbox, self._cron, self._clock = schedules, outbox, cron, clock

    def declare(self, catalogue: Catalogue) -> None:
        """Write the code's defaults; what an admin changed wins."""
        known = {schedule.name: schedule for schedule in self._schedules.all()}
        for name, (mark, task) in catalogue.schedules.items():
            declared = f"{mark.cron} {mark.zone} {mark.missed}"
            found = known.get(name)
            if found is None:
                found = Schedule(name=name, task=task, cron=mark.cron, zone=mark.zone, missed=mark.missed)
                found.check(self._cron)
                self._schedules.add(found)
            elif found.declared == declared or found.declared != f"{found.cron} {found.zone} {found.missed}":
                continue
            found.cron, found.zone, found.missed, found.declared = mark.cron, mark.zone, mark.missed, declared
            found.next_due = self._cron.next_after(found.cron, found.zone, self._clock.now())

    def fire_due(self) -> list[Task]:
        """Write a task for every due instant and move the schedules on; return the tasks."""
        now = self._clock.now()
        return [task for schedule in self._schedules.due(now) for task in self._fire(schedule, now)]

    def run_now(self, name: str) -> Task:
        """Write a task for a schedule at once, besides its timetable. Raises `NotFound`."""
        schedule = self._schedules.lock(name)
        return self._outbox.enqueue(schedule.task, schedule.payload)

    def _fire(self, schedule: Schedule, now: datetime) -> Iterator[Task]:
        missed = list(self._due_instants(schedule, now))
        for due in schedule.runs_for(missed, now):
            task = self._outbox.enqueue(schedule.task, schedule.payload)
            self._schedules.record(ScheduleRun(schedule=schedule.name, due_at=due, task_id=task.id, fired_at=now))
            yield task

    def _due_instants(self, schedule: Schedule, now: datetime) -> Iterator[datetime]:
        for _ in range(CATCH_UP):
            due = schedule.next_due
            if due is None or due > now:
                return
            yield due
            schedule.next_due = self._cron.next_after(schedule.cron, schedule.zone, due)
