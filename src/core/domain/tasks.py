"""Tasks: work that was accepted and will be done, whatever dies meanwhile; nothing here knows a queue server.

State diagram (the words are the values stored):

    scheduled ──due──▶ ready ──claim──▶ running ──▶ done
                         ▲                 ├──▶ retry ──due──▶ ready
                         └── worker died ──┤
                                           └──▶ dead
    any state that has not ended ──cancel──▶ cancelled          dead, cancelled ──retry──▶ ready
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from core.domain.kernel.errors import PERMANENT, Conflict, Postponed, Unanswered, Unavailable
from core.domain.kernel.ids import new_id
from core.domain.kernel.marks import Effects, ScheduleMark, TaskMark, every, task
from core.ports.clock import Clock
from core.ports.queue import Claim, Ledger, Outcome, Progress

DEATHS = 3
"""A task over which this many processes died is dead (promise 6)."""
KEPT = timedelta(days=30)
CLEAN_UP_BATCH = 20_000
BACK_OFF_BASE, BACK_OFF_CAP = 2.0, 900.0


class State(StrEnum):
    SCHEDULED = "scheduled"
    READY = "ready"
    RUNNING = "running"
    RETRY = "retry"
    DONE = "done"
    DEAD = "dead"
    CANCELLED = "cancelled"


WAITING = (State.SCHEDULED, State.READY, State.RETRY)
ENDED = (State.DONE, State.DEAD, State.CANCELLED)


@dataclass(eq=False, kw_only=True)
class Task:
    """One accepted piece of work. `due_at` matters only while scheduled or in retry; times are UTC."""

    id: str
    name: str
    queue: str
    payload: dict[str, Any]
    created_at: datetime
    state: str = State.READY
    priority: int = 5
    due_at: datetime | None = None
    attempts: int = 0
    deaths: int = 0
    in_doubt: int = 0
    owner: str | None = None
    dedupe_key: str | None = None
    request_id: str | None = None
    token: str | None = None
    claimed_by: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    result: dict[str, Any] | None = None
    error: str | None = None
    trace: str | None = None
    progress: Progress = field(default_factory=Progress)

    def __str__(self) -> str:
        return self.name

    def cancel(self, now: datetime) -> None:
        """Stop waiting, or disown the worker that runs it: its token no longer settles anything."""
        if self.state in ENDED:
            raise Conflict(f"This task is already {self.state}, so there is nothing to cancel.")
        self.state, self.token, self.finished_at = State.CANCELLED, None, now

    def retry(self) -> None:
        """Make an ended task ready again, with its tries counted from nought."""
        if self.state not in (State.DEAD, State.CANCELLED, State.RETRY, State.SCHEDULED):
            raise Conflict(f"This task is {self.state}; only one that is dead, cancelled or waiting can be run again.")
        if self.state == State.DEAD and self.deaths < DEATHS:
            self.started_at = None  # its last call was answered: to make another one leaves nothing in doubt
        self.state, self.attempts, self.deaths, self.finished_at, self.due_at = State.READY, 0, 0, None, None

    def discard(self) -> None:
        """Say that nobody needs a dead task any more: it asks for no attention, and can still be run again."""
        if self.state != State.DEAD:
            raise Conflict(f"This task is {self.state}; only a dead one can be discarded.")
        self.state = State.CANCELLED


@dataclass(frozen=True)
class TaskDied:
    """A task ended dead; somebody should look at it."""

    task_id: str
    name: str
    error: str


@dataclass(frozen=True, kw_only=True)
class Verb:
    """A marked service method, bound and ready to run."""

    mark: TaskMark
    run: Callable[..., Any]

    def call(self, claim: Claim, run: Run) -> dict[str, Any] | None:
        """Run it on a claim's payload; returns its result, a JSON object or nothing."""
        if self.mark.event is not None:
            result = self.run(self.mark.event(**claim.payload), run)
        else:
            result = self.run(run, **claim.payload)
        return result if isinstance(result, dict) else None


def marked(kind: type[Any]) -> list[tuple[str, TaskMark]]:
    """The verbs of a service that are tasks: what each is called there, and its mark."""
    return [(name, verb.__task__) for name, verb in vars(kind).items() if hasattr(verb, "__task__")]


class Catalogue:
    """Every task by name, read off the marks of the services: the one dispatcher, and its allow-list."""

    def __init__(self) -> None:
        self.verbs: dict[str, Verb] = {}
        self.schedules: dict[str, tuple[ScheduleMark, str]] = {}
        self._marks: dict[str, TaskMark] = {}
        self._reactions: dict[type[Any], list[TaskMark]] = {}

    def learn(self, kinds: Iterable[type[Any]]) -> None:
        """Read the marks of service classes, so that tasks can be written before any service is built."""
        for kind in kinds:
            for verb in vars(kind).values():
                self._learn_verb(verb)

    def bind(self, services: Iterable[object]) -> None:
        """Bind the marked verbs of built services, so that tasks can be run."""
        for service in services:
            for name, mark in marked(type(service)):
                self.verbs[mark.name] = Verb(mark=mark, run=getattr(service, name))

    def mark(self, name: str) -> TaskMark:
        """Return what is known of a task. Raises `KeyError` for a name nobody declared."""
        return self._marks[name]

    def reactions(self, event: type[Any]) -> list[TaskMark]:
        """The tasks that an event of this type asks for."""
        return self._reactions.get(event, [])

    def queues(self) -> list[str]:
        """Every queue some task uses, by name."""
        return sorted({mark.queue for mark in self._marks.values()})

    def known(self) -> list[str]:
        """Every task, by name."""
        return sorted(self._marks)

    def within_database(self) -> list[str]:
        """The tasks whose effects are all in our database."""
        return [mark.name for mark in self._marks.values() if mark.effects == Effects.DATABASE]

    def names(self, queue: str) -> list[str]:
        """The tasks that go to a queue."""
        return [mark.name for mark in self._marks.values() if mark.queue == queue]

    def _learn_verb(self, verb: object) -> None:
        mark: TaskMark | None = getattr(verb, "__task__", None)
        if mark is None:
            return
        known = self._marks.setdefault(mark.name, mark)
        if known is not mark:
            raise ValueError(f"Two verbs are marked as the task {mark.name!r}; give one another name.")
        if mark.event is not None and mark not in self._reactions.setdefault(mark.event, []):
            self._reactions[mark.event].append(mark)
        schedule: ScheduleMark | None = getattr(verb, "__schedule__", None)
        if schedule is not None:
            self.schedules[schedule.name] = (schedule, mark.name)


class Run(Protocol):
    """What a running task may ask of its worker."""

    key: str
    """The task's id: the idempotency key of its outside call."""
    attempt: int
    age: float
    """Seconds since the task was asked for, when this try began."""

    def now(self) -> datetime:
        """The present instant, UTC."""
        ...

    def start(self) -> AbstractContextManager[None]:
        """First step of an outside effect: a transaction to read in; marks the call as begun."""
        ...

    def settle(self, result: dict[str, Any] | None = None, write: Callable[[], None] | None = None) -> None:
        """Last step: one transaction runs `write` and ends the task, if the claim still holds.

        It is tried again while the database is away, because the call cannot be taken back; `write` may run twice. The
        worker's next call may be marked as begun in that transaction: a verb has nothing to do after this.
        """
        ...

    def enclose(self, row: object) -> None:
        """Have a row of the post room's books written in the transaction that ends this try, however it ends.

        Rows of many tasks are written by one statement; until then they may still be changed.
        """
        ...

    def keep(self, result: dict[str, Any]) -> None:
        """Write how far it is, in the open transaction and with what was done in it. Raises `Fenced`.

        A task that is cancelled, or that another worker has taken over, gets no further than this.
        """
        ...

    def kept(self) -> dict[str, Any]:
        """How far an earlier try came, in the open transaction; empty for the first."""
        ...

    def progress(self, done: int, total: int = 0, message: str = "") -> None:
        """Show how far it is; seen at once by who watches."""
        ...


class Outbox:
    """Writes tasks in the transaction of the change that asks for them."""

    def __init__(self, ledger: Ledger, catalogue: Catalogue, clock: Clock, trail: Callable[[], str | None]) -> None:
        self._ledger, self._catalogue, self._clock, self._trail = ledger, catalogue, clock, trail

    def publish(self, event: object, owner: str | None = None) -> list[Task]:
        """Write one task for each reaction to the event; returns them."""
        payload = dict(vars(event))
        tasks = [self._task(mark, payload, owner=owner) for mark in self._catalogue.reactions(type(event))]
        return self._ledger.add(tasks) if tasks else []

    def enqueue(
        self,
        name: str,
        payload: dict[str, Any],
        *,
        owner: str | None = None,
        dedupe_key: str | None = None,
        delay: float = 0.0,
        priority: int | None = None,
    ) -> Task:
        """Write a task by name, to run at once or after `delay` seconds.

        While a task with the same `dedupe_key` waits, that one is returned instead. Raises `KeyError` for a
        name that nobody declared.
        """
        written = self._task(self._catalogue.mark(name), payload, owner=owner)
        written.dedupe_key = dedupe_key
        written.priority = written.priority if priority is None else priority
        if delay > 0:
            written.state, written.due_at = State.SCHEDULED, written.created_at + timedelta(seconds=delay)
        return self._ledger.add([written])[0]

    def _task(self, mark: TaskMark, payload: dict[str, Any], owner: str | None) -> Task:
        now = self._clock.now()
        return Task(
            id=new_id("tsk", now),
            name=mark.name,
            queue=mark.queue,
            payload=payload,
            created_at=now,
            priority=mark.priority,
            owner=owner,
            request_id=self._trail(),
        )


def judge(claim: Claim, mark: TaskMark, failure: BaseException, trace: str = "") -> Outcome:
    """Decide what follows a failed try: another one after a while, or the end (promise 5).

    Full jitter, base 2 s, cap 15 min; a vendor's Retry-After is the least to wait. What is postponed did not fail.
    """
    sentence = getattr(failure, "sentence", None) or f"{type(failure).__name__}: {failure}"
    outcome = Outcome(id=claim.id, token=claim.token, state=State.DEAD, error=sentence[:2000], trace=trace[-8000:])
    if isinstance(failure, Postponed):
        outcome.state, outcome.delay, outcome.trace = State.SCHEDULED, failure.after, ""
        return outcome
    outcome.in_doubt, tries = int(isinstance(failure, Unanswered)), claim.attempts + 1
    if isinstance(failure, PERMANENT) or tries >= mark.attempts or claim.age > mark.give_up_after:
        return outcome
    outcome.state, delay = State.RETRY, random.uniform(0, min(BACK_OFF_CAP, BACK_OFF_BASE * 2 ** (tries - 1)))
    if isinstance(failure, Unavailable) and failure.retry_after:
        delay = max(delay, failure.retry_after)
    outcome.delay = delay
    return outcome


class TaskDesk:
    """What people do with tasks: look, cancel, run again; and the hourly clean-up."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger, self._clock = ledger, clock

    def show(self, task_id: str) -> Task:
        """Return a task with its progress. Raises `NotFound`."""
        return self._ledger.get(task_id)

    def asked_by(self, owner: str, queue: str, most: int) -> list[Task]:
        """Up to `most` tasks of a queue that somebody asked for, with their progress, newest first."""
        return self._ledger.recent(most, queue=queue, owner=owner)

    def cancel(self, task_id: str) -> Task:
        """Cancel a task that has not ended. Raises `NotFound`, `Conflict`."""
        found = self._ledger.lock(task_id)
        found.cancel(self._clock.now())
        return found

    def retry(self, task_id: str) -> Task:
        """Run an ended task again, from its first try. Raises `NotFound`, `Conflict`."""
        found = self._ledger.lock(task_id)
        found.retry()
        self._ledger.announce(found.queue)
        return found

    def discard(self, task_id: str) -> Task:
        """Have a dead task ask for no attention any more. Raises `NotFound`, `Conflict`."""
        found = self._ledger.lock(task_id)
        found.discard()
        return found

    @every("clean-up", "7 * * * *")
    @task("tasks.clean-up", queue="upkeep", priority=8)
    def clean_up(self, run: Run) -> dict[str, Any]:
        """Delete tasks that ended more than 30 days ago, a batch at a time; the rest waits for the next hour."""
        return {"deleted": self._ledger.prune(self._clock.now() - KEPT, most=CLEAN_UP_BATCH)}
