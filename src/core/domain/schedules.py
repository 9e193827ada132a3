"""The timetable: tasks that come due by themselves, each due instant once, whatever the number of clocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from core.domain.audit import Audit
from core.domain.kernel import rules
from core.domain.kernel.errors import Conflict, Invalid
from core.domain.kernel.ids import new_id
from core.domain.kernel.marks import ScheduleMark, every, on, task
from core.domain.tasks import Catalogue, Outbox, Run, Task
from core.ports.clock import Clock
from core.ports.cron import Cron
from core.ports.repositories import Schedules

MISSED = ("all", "latest", "skip")
LONGEST_WINDOW = 7 * 86_400
CATCH_UP = 1000
"""At most so many missed runs of one schedule are made up for in one go; the rest in the next."""
LOOK_BACK = (timedelta(hours=1), timedelta(days=1), timedelta(days=32), timedelta(days=400))
"""How far back the latest due instant is looked for, step by step: whoever comes due often came due lately."""
KEPT = timedelta(days=90)
MOST_MISSED = 100
"""No more missed due instants than that are counted."""
NEVER = "non"
"""What begins the id of a run that never was."""


@dataclass(eq=False, kw_only=True)
class Schedule:
    """When a task runs. `missed` says what becomes of runs nobody was there for: all, the latest, or none.

    `window` is the time in seconds within which a run is not missed but late: a `skip` run is dropped after it.
    """

    name: str
    task: str
    cron: str
    zone: str = "UTC"
    missed: str = "latest"
    window: int = 60
    enabled: bool = True
    payload: dict[str, Any] = field(default_factory=dict)
    next_due: datetime | None = None
    declared: str = ""
    """The code's default when it was last applied; where it differs from the row, an admin's change stands."""

    def __str__(self) -> str:
        return self.name

    def check(self) -> None:
        """Raise `Invalid` with a sentence for each field that is wrong; cron and zone are the timetable's to check."""
        listed = rules.Checklist()
        listed.take("missed", rules.choice, self.missed, "The policy for missed runs", MISSED)
        listed.take("window", _window, self.window)
        listed.close()

    @property
    def terms(self) -> str:
        """What the code declares and an admin may change, in one line."""
        return f"{self.cron} {self.zone} {self.missed} {self.window}"

    def is_dropped(self, due: datetime, now: datetime) -> bool:
        """Whether a run that was due then comes too late to be worth it."""
        return self.missed == "skip" and now - due > timedelta(seconds=self.window)


@dataclass(eq=False, kw_only=True)
class ScheduleRun:
    """One run of a schedule: unique by (schedule, due instant), or asked for by somebody (no due instant).

    `missed` is how many due instants before it had no run, 100 at most. A run that its policy drops is kept as one that
    never was, under an id that no task has.
    """

    schedule: str
    due_at: datetime | None
    task_id: str
    fired_at: datetime
    missed: int = 0

    @property
    def is_missed(self) -> bool:
        """Whether there was no run at all."""
        return self.task_id.startswith(NEVER)


@dataclass(frozen=True, kw_only=True)
class ScheduleStopped:
    """The clock paused a schedule by itself, because its terms cannot be read any more."""

    schedule: str
    why: str


class Timetable:
    """Keeps the schedules and fires what is due."""

    def __init__(self, schedules: Schedules, outbox: Outbox, cron: Cron, clock: Clock) -> None:
        self._schedules, self._outbox, self._cron, self._clock = schedules, outbox, cron, clock

    def declare(self, catalogue: Catalogue) -> None:
        """Write the code's defaults; what an admin changed wins. What is to begin at once has its first run."""
        known = {schedule.name: schedule for schedule in self._schedules.all()}
        for name, (mark, task_name) in catalogue.schedules.items():
            if name in known:
                self._declare_again(known[name], mark)
                continue
            new = Schedule(name=name, task=task_name, cron=mark.cron)
            self._apply(new, mark)
            self._schedules.add(new)
            if mark.at_once:
                self._enqueue(new, None)

    def fire_due(self) -> list[Task]:
        """Write a task for every due instant and move the schedules on; return the tasks.

        A schedule whose terms cannot be read any more (its zone is gone) is paused, and says so; the others go on.
        """
        now, fired = self._clock.now(), []
        for schedule in self._schedules.due(now):
            try:
                fired += list(self._fire(schedule, now))
            except ValueError as unreadable:
                schedule.enabled = False
                self._outbox.publish(ScheduleStopped(schedule=schedule.name, why=str(unreadable)))
        return fired

    def wrong(self, schedule: Schedule) -> str:
        """Why its terms cannot be read any more, and what to do; empty when they can."""
        try:
            self._cron.check(schedule.cron, schedule.zone)
        except ValueError as unreadable:
            return f"{unreadable} Change its terms, then resume it."
        return ""

    def run_now(self, name: str) -> Task:
        """Write a task for a schedule at once, besides its timetable. Raises `NotFound`."""
        return self._enqueue(self._schedules.lock(name), None)

    def pause(self, name: str) -> Schedule:
        """Let nothing come due until it is resumed. Raises `NotFound`, `Conflict` when it is paused already."""
        schedule = self._schedules.lock(name)
        if not schedule.enabled:
            raise Conflict(f"{name} is paused already. To have it run again: flask schedule resume {name}")
        schedule.enabled = False
        return schedule

    def resume(self, name: str) -> Schedule:
        """Let it come due again, from now on: what was due meanwhile was not missed but paused.

        Raises `NotFound`, `Conflict` when it is not paused.
        """
        schedule = self._schedules.lock(name)
        if schedule.enabled:
            raise Conflict(f"{name} is not paused. To have it run at once: flask schedule run {name}")
        if wrong := self.wrong(schedule):
            raise Conflict(f"{name} cannot be resumed. {wrong}")
        schedule.enabled, schedule.next_due = True, self._next_due(schedule)
        return schedule

    def changing(self, before: Schedule, after: Schedule) -> None:
        """Let a schedule be changed to other terms, and find when it comes due by them. Raises `Invalid`."""
        self._check(after)
        if (before.cron, before.zone) != (after.cron, after.zone):
            before.next_due = self._next_due(after)

    def in_words(self, schedule: Schedule) -> str:
        """The cron expression as people say it, with its time zone: "At 16:15 every day (Europe/Brussels)"."""
        return f"{self._cron.words(schedule.cron)} ({schedule.zone})"

    def next_runs(self, schedule: Schedule, number: int = 5) -> list[datetime]:
        """The next due instants, UTC; none while it is paused, or cannot be read."""
        is_coming = schedule.enabled and schedule.next_due and not self.wrong(schedule)
        coming = [schedule.next_due] if is_coming and schedule.next_due else []
        while coming and len(coming) < number:
            coming.append(self._cron.next_after(schedule.cron, schedule.zone, coming[-1]))
        return coming

    def preview(self, cron: str, zone: str, number: int = 5) -> tuple[str, list[datetime]]:
        """What a cron expression would mean in a zone: in words, and the next due instants. Raises `Invalid`."""
        listed = rules.Checklist()
        listed.take("cron", self._cron.check, cron, zone)
        listed.close()
        coming = [self._clock.now()]
        for _ in range(number):
            coming.append(self._cron.next_after(cron, zone, coming[-1]))
        return f"{self._cron.words(cron)} ({zone})", coming[1:]

    def last_runs(self, name: str, number: int = 10) -> list[ScheduleRun]:
        """The last runs, newest first; those without a due instant were asked for by somebody."""
        return self._schedules.runs(name, number)

    def _declare_again(self, found: Schedule, mark: ScheduleMark) -> None:
        was_changed = found.declared != found.terms
        if not was_changed and found.terms != _terms(mark):
            self._apply(found, mark)

    def _apply(self, schedule: Schedule, mark: ScheduleMark) -> None:
        schedule.cron, schedule.zone, schedule.missed, schedule.window = mark.cron, mark.zone, mark.missed, mark.window
        self._check(schedule)
        schedule.declared, schedule.next_due = schedule.terms, self._next_due(schedule)

    def _check(self, schedule: Schedule) -> None:
        listed = rules.Checklist()
        listed.take("cron", self._cron.check, schedule.cron, schedule.zone)
        try:
            schedule.check()
        except Invalid as wrong:
            listed.fields.update(wrong.fields)
        listed.close()

    def _next_due(self, schedule: Schedule) -> datetime:
        return self._cron.next_after(schedule.cron, schedule.zone, self._clock.now())

    def _fire(self, schedule: Schedule, now: datetime) -> Iterator[Task]:
        first = schedule.next_due or now
        for due in self._due_instants(schedule, now):
            if self._schedules.has_run(schedule.name, due):
                continue
            missed = self._missed(schedule, first, due)
            if schedule.is_dropped(due, now):
                self._record(schedule, due, new_id(NEVER, now), missed + 1)
            else:
                yield self._enqueue(schedule, due, missed)

    def _missed(self, schedule: Schedule, first: datetime, due: datetime) -> int:
        """How many due instants the policy left out before this one."""
        if schedule.missed == "all":
            return 0
        return sum(1 for one in islice(self._between(schedule, first, due), MOST_MISSED) if one < due)

    def _enqueue(self, schedule: Schedule, due: datetime | None, missed: int = 0) -> Task:
        written = self._outbox.enqueue(schedule.task, schedule.payload)
        self._record(schedule, due, written.id, missed)
        return written

    def _record(self, schedule: Schedule, due: datetime | None, task_id: str, missed: int) -> None:
        now = self._clock.now()
        self._schedules.record(
            ScheduleRun(schedule=schedule.name, due_at=due, task_id=task_id, fired_at=now, missed=missed)
        )

    def _due_instants(self, schedule: Schedule, now: datetime) -> list[datetime]:
        """The due instants that the policy lets through, and the schedule moved past them."""
        first = schedule.next_due or now
        if schedule.missed == "all":
            due = list(islice(self._between(schedule, first, now), CATCH_UP))
        else:
            due = [self._latest(schedule, first, now)]
        schedule.next_due = self._cron.next_after(schedule.cron, schedule.zone, due[-1])
        return due

    def _latest(self, schedule: Schedule, first: datetime, now: datetime) -> datetime:
        for back in LOOK_BACK:
            if now - back > first:
                after = self._cron.next_after(schedule.cron, schedule.zone, now - back)
                if after <= now:
                    first = after
                    break
        return list(self._between(schedule, first, now))[-1]

    def _between(self, schedule: Schedule, first: datetime, now: datetime) -> Iterator[datetime]:
        due = first
        while due <= now:
            yield due
            due = self._cron.next_after(schedule.cron, schedule.zone, due)


class TimetableUpkeep:
    """Keeps the history of runs short, and writes down what the clock did by itself."""

    def __init__(self, schedules: Schedules, clock: Clock, audit: Audit) -> None:
        self._schedules, self._clock, self._audit = schedules, clock, audit

    @on(ScheduleStopped, "schedules.note-stop", queue="upkeep")
    def note_stop(self, event: ScheduleStopped, run: Run) -> None:
        """Have the audit say that a schedule was paused, and why."""
        self._audit.note("paused by the clock", "schedule", event.schedule, label=f"{event.schedule}: {event.why}")

    @every("forget-runs", "37 3 * * *")
    @task("schedules.forget-runs", queue="upkeep", priority=8)
    def forget_runs(self, run: Run) -> dict[str, Any]:
        """Forget runs of more than 90 days ago."""
        return {"forgotten": self._schedules.remove_runs_before(self._clock.now() - KEPT)}


def _terms(mark: ScheduleMark) -> str:
    return f"{mark.cron} {mark.zone} {mark.missed} {mark.window}"


def _window(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= LONGEST_WINDOW:
        raise ValueError(f"The window must be 0 to {LONGEST_WINDOW} seconds (seven days), like 3600 for an hour.")
    return value
