"""The ledger, the life signs and the wake-ups in memory, keeping the same promises as their SQL twins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from adapters.memory.store import MemoryUnitOfWork, find
from core.domain.kernel.errors import Conflict
from core.domain.tasks import DEATHS, ENDED, WAITING, State, Task
from core.ports.clock import Clock
from core.ports.queue import Claim, LifeSign, Outcome, Pause, Progress, QueueFigures


class MemoryLedger:
    """`core.ports.queue.Ledger`."""

    def __init__(self, store: MemoryUnitOfWork, clock: Clock) -> None:
        self._store, self._clock = store, clock

    @property
    def _tasks(self) -> dict[str, Task]:
        return self._store.shelf("task")

    def add(self, tasks: Sequence[Task]) -> list[Task]:
        return [self._add(task) for task in tasks]

    def get(self, task_id: str) -> Task:
        task = find(self._tasks, task_id, "task")
        task.progress = self._store.shelf("progress").get(task_id, Progress())
        return task

    def recent(
        self, most: int, *, state: str | None = None, queue: str | None = None, owner: str | None = None
    ) -> list[Task]:
        chosen = [t for t in self._tasks.values() if state in (None, t.state) and queue in (None, t.queue)]
        owned = [self.get(t.id) for t in chosen if owner in (None, t.owner)]
        return sorted(owned, key=lambda task: task.id, reverse=True)[:most]

    def lock(self, task_id: str) -> Task:
        return self.get(task_id)

    def claim(self, queue: str, worker: str, token: str, most: int, *, suspects: bool = False) -> list[Claim]:
        if queue in self._store.shelf("pause"):
            return []
        ready = [t for t in self._tasks.values() if t.queue == queue and t.state == State.READY]
        chosen = [task for task in ready if (task.deaths > 0) == suspects]
        for task in (taken := sorted(chosen, key=lambda task: (task.deaths, task.priority, task.id))[:most]):
            task.state, task.token, task.claimed_by = State.RUNNING, token, worker
        return sorted((self._claim(task) for task in taken), key=lambda claim: claim.id)

    def hold(self, ids: Sequence[str], token: str) -> set[str]:
        return {task.id for task in self._mine(ids, token)}

    def start(self, claims: Sequence[Claim]) -> set[str]:
        held = [task for claim in claims for task in self._mine([claim.id], claim.token)]
        for task in held:
            task.in_doubt += task.started_at is not None
            task.started_at, task.attempts = self._clock.now(), task.attempts + 1
        return {task.id for task in held}

    def settle(self, outcomes: Sequence[Outcome]) -> set[str]:
        held = [(task, outcome) for outcome in outcomes for task in self._mine([outcome.id], outcome.token)]
        for task, outcome in held:
            self._end(task, outcome)
        return {task.id for task, _ in held}

    def keep(self, task_id: str, token: str, result: dict[str, Any]) -> bool:
        held = self._mine([task_id], token)
        for task in held:
            task.result = result
        return bool(held)

    def give_back(self, ids: Sequence[str], token: str) -> None:
        for task in self._mine(ids, token):
            self._free(task, State.READY)

    def take_back(self, worker: str, doing: Iterable[str], begun: Sequence[str] = ()) -> list[Task]:
        inside = set(doing)
        held = [t for t in self._tasks.values() if t.claimed_by == worker and t.state == State.RUNNING]
        started = {t.id for t in held if t.started_at is not None or t.name in begun}
        return [task for task in held if self._release(task, begun=task.id in inside | started)]

    def died(self, task_id: str, token: str) -> list[Task]:
        return [task for task in self._mine([task_id], token) if self._release(task, begun=True)]

    def announce(self, queue: str) -> None:
        self._store.announce(queue)

    def claimants(self) -> set[str]:
        return {task.claimed_by for task in self._tasks.values() if task.state == State.RUNNING and task.claimed_by}

    def promote(self) -> set[str]:
        now = self._clock.now()
        later = [t for t in self._tasks.values() if t.state in (State.SCHEDULED, State.RETRY)]
        due = [task for task in later if task.due_at and task.due_at <= now]
        for task in due:
            task.state = State.READY
            self.announce(task.queue)
        return {task.queue for task in due}

    def waiting(self, queues: Sequence[str]) -> set[str]:
        return {task.queue for task in self._tasks.values() if task.state == State.READY} & set(
            queues
        ) - self._store.shelf("pause").keys()

    def figures(self) -> list[QueueFigures]:
        return [self._figures(queue) for queue in sorted({task.queue for task in self._tasks.values()})]

    def prune(self, before: datetime, most: int) -> int:
        old = [t.id for t in self._tasks.values() if t.state in ENDED and t.finished_at and t.finished_at < before]
        for task_id in old[:most]:
            del self._tasks[task_id]
        return len(old[:most])

    def _add(self, task: Task) -> Task:
        twin = self._twin(task)
        if twin is not None:
            return twin
        self._tasks[task.id] = task
        if task.state == State.READY:
            self.announce(task.queue)
        return task

    def _twin(self, task: Task) -> Task | None:
        same = (t for t in self._tasks.values() if task.dedupe_key and t.dedupe_key == task.dedupe_key)
        return next((other for other in same if other.state in WAITING and other is not task), None)

    def _mine(self, ids: Sequence[str], token: str) -> list[Task]:
        known = [self._tasks[task_id] for task_id in ids if task_id in self._tasks]
        return [task for task in known if task.state == State.RUNNING and task.token == token]

    def _end(self, task: Task, outcome: Outcome) -> None:
        task.attempts += task.started_at is None
        task.in_doubt += outcome.in_doubt
        task.error, task.trace = outcome.error, outcome.trace
        task.result = outcome.result if outcome.state == State.DONE else outcome.result or task.result
        waits = outcome.state in WAITING
        self._free(task, outcome.state)
        if waits:
            task.due_at, task.started_at = self._clock.now() + timedelta(seconds=outcome.delay), None
        else:
            task.finished_at = self._clock.now()

    def _free(self, task: Task, state: str) -> None:
        if state in WAITING and self._twin(task) is not None:
            task.dedupe_key = None
        task.state, task.token, task.claimed_by = state, None, None

    def _release(self, task: Task, *, begun: bool) -> bool:
        task.deaths += begun
        if begun:
            task.error = "The worker died while it was inside this task."
        self._free(task, State.DEAD if task.deaths >= DEATHS else State.READY)
        self.announce(task.queue)
        if task.state == State.DEAD:
            task.finished_at = self._clock.now()
        return task.state == State.DEAD

    def _claim(self, task: Task) -> Claim:
        return Claim(
            id=task.id,
            name=task.name,
            payload=task.payload,
            token=task.token or "",
            attempts=task.attempts,
            deaths=task.deaths,
            in_doubt=task.in_doubt,
            age=(self._clock.now() - task.created_at).total_seconds(),
            request_id=task.request_id,
        )

    def _figures(self, queue: str) -> QueueFigures:
        states = [task.state for task in self._tasks.values() if task.queue == queue]
        ready = [t.created_at for t in self._tasks.values() if t.queue == queue and t.state == State.READY]
        return QueueFigures(
            queue=queue,
            ready=states.count(State.READY),
            later=states.count(State.SCHEDULED) + states.count(State.RETRY),
            running=states.count(State.RUNNING),
            dead=states.count(State.DEAD),
            oldest=(self._clock.now() - min(ready)).total_seconds() if ready else 0.0,
        )


class MemoryPauses:
    """`core.ports.queue.Pauses`."""

    def __init__(self, store: MemoryUnitOfWork, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def all(self) -> dict[str, Pause]:
        return dict(sorted(self._store.shelf("pause").items()))

    def pause(self, queue: str, by: str) -> None:
        if queue in self._store.shelf("pause"):
            raise Conflict(f"The queue {queue} is paused already.")
        self._store.shelf("pause")[queue] = Pause(queue=queue, by=by, at=self._clock.now())

    def resume(self, queue: str) -> None:
        if self._store.shelf("pause").pop(queue, None) is None:
            raise Conflict(f"The queue {queue} is not paused.")


class MemoryLifeSigns:
    """`core.ports.queue.LifeSigns`."""

    def __init__(self, store: MemoryUnitOfWork, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._signs: dict[str, LifeSign] = {}

    def enter(self, worker: str, host: str, pid: int, *, role: str = "worker", birth: str = "") -> None:
        at = self._clock.now()
        self._signs[worker] = LifeSign(worker=worker, beat=0, role=role, host=host, pid=pid, birth=birth, at=at)

    def beat(self, worker: str, doing: Sequence[str]) -> bool:
        sign = self._signs.get(worker)
        if sign is not None:
            self._signs[worker] = replace(sign, beat=sign.beat + 1, doing=tuple(doing), at=self._clock.now())
        return sign is not None

    def last_words(self, worker: str, doing: Sequence[str]) -> None:
        if self.beat(worker, doing):
            self._signs[worker] = replace(self._signs[worker], role="ended")

    def leave(self, worker: str) -> None:
        self._signs.pop(worker, None)

    def seen(self) -> list[LifeSign]:
        return [self._signs[worker] for worker in sorted(self._signs)]

    def report(self, task_id: str, progress: Progress) -> None:
        self._store.shelf("progress")[task_id] = progress
