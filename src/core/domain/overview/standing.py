"""How each schedule stands, as Sentry's Crons tell it: on time, late, missed, failed, running, paused or broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.schedules import Schedule, ScheduleRun, Timetable
from core.domain.tasks import State
from core.ports.clock import Clock
from core.ports.figures import Figures, Outcome
from core.ports.repositories import Schedules

GRACE = timedelta(seconds=60)
"""A run that begins within it is on time; so much passes between two looks of a busy clock."""
FAILED = (State.DEAD, State.CANCELLED)
UNDER_WAY = (State.READY, State.RUNNING, State.RETRY, State.SCHEDULED)


@dataclass(frozen=True, kw_only=True)
class Ran:
    """One run with what became of it; `outcome` is None once its task is forgotten, or when it was missed."""

    run: ScheduleRun
    outcome: Outcome | None

    @property
    def lateness(self) -> timedelta:
        """How long after its due instant it began; nothing within the grace, or when it was asked for."""
        late = self.run.fired_at - self.run.due_at if self.run.due_at else timedelta()
        return late if late > GRACE else timedelta()

    @property
    def word(self) -> str:
        """What became of it, in one word."""
        if self.run.is_missed:
            return "missed"
        return self.outcome.state if self.outcome else "forgotten"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A schedule, its terms in words, its next due instants, its last runs (newest first), and how it stands."""

    schedule: Schedule
    in_words: str
    coming: Sequence[datetime]
    past: Sequence[Ran]
    word: str
    sentence: str

    @property
    def needs_a_look(self) -> bool:
        """Whether somebody should look at it."""
        return self.word in ("broken", "late", "missed", "failed")


class ScheduleWatch:
    """Tells how schedules stand. Every verb acts in the caller's transaction or reading block."""

    def __init__(self, timetable: Timetable, schedules: Schedules, figures: Figures, clock: Clock) -> None:
        self._timetable, self._schedules, self._figures, self._clock = timetable, schedules, figures, clock

    def standings(self) -> list[Standing]:
        """Every schedule with its last ten runs, those that need a look first, then by name."""
        runs = {one.name: self._timetable.last_runs(one.name) for one in self._schedules.all()}
        outcomes = self._figures.outcomes(run.task_id for past in runs.values() for run in past)
        found = [
            self._standing(one, [Ran(run=run, outcome=outcomes.get(run.task_id)) for run in runs[one.name]])
            for one in self._schedules.all()
        ]
        return sorted(found, key=lambda one: (not one.needs_a_look, one.schedule.name))

    def _standing(self, schedule: Schedule, past: list[Ran]) -> Standing:
        word, sentence = self._judged(schedule, past)
        return Standing(
            schedule=schedule, in_words=self._timetable.in_words(schedule),
            coming=self._timetable.next_runs(schedule), past=past, word=word, sentence=sentence,
        )  # fmt: skip

    def _judged(self, schedule: Schedule, past: list[Ran]) -> tuple[str, str]:
        late = self._clock.now() - schedule.next_due if schedule.next_due else timedelta()
        if wrong := self._timetable.wrong(schedule):
            return "broken", wrong
        if not schedule.enabled:
            return "paused", "Nothing comes due until it is resumed."
        if late > GRACE:
            return "late", f"It was due {_span(late)} ago and has not begun. Does the scheduler run?"
        if not past:
            return "waiting", "It has not run yet."
        return _of_last(past[0])


def _of_last(last: Ran) -> tuple[str, str]:
    if last.run.missed:
        times = "run was" if last.run.missed == 1 else "runs were"
        return "missed", f"{last.run.missed} {times} missed before {'it ran again' if last.outcome else 'now'}."
    if last.outcome is None:
        return "on time", "Its last task is forgotten by now."
    if last.outcome.state in FAILED:
        return "failed", last.outcome.error or f"Its last task was {last.outcome.state}."
    if last.outcome.state in UNDER_WAY:
        return "running", f"Its last task is {last.outcome.state}."
    if last.lateness:
        return "late", f"It ran, {_span(last.lateness)} late."
    return "on time", "It ran when it was due." if last.run.due_at else "It ran when it was asked to."


def _span(span: timedelta) -> str:
    """A span of time as people say it, in its largest unit."""
    seconds = int(span.total_seconds())
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            number = seconds // length
            return f"{number} {unit}{'s' if number != 1 else ''}"
    return f"{seconds} seconds"
