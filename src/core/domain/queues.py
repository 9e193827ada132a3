"""Queues and their tasks by the hundred: paused, resumed, run again, discarded, cancelled; each act is audited."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from core.domain.audit import Audit
from core.domain.kernel.errors import NotFound
from core.domain.kernel.roles import READERS, STAFF, Permission
from core.domain.tasks import ENDED, State, Task
from core.ports.clock import Clock
from core.ports.queue import Ledger, Pause, Pauses

PERMISSIONS = (
    Permission(name="monitor.see", part="Monitor", label="See", roles=READERS, reads=True),
    Permission(name="monitor.act", part="Monitor", label="Pause and resume queues", roles=STAFF),
)
VERBS: dict[str, Callable[[Task, datetime], None]] = {
    "retried": lambda task, now: task.retry(),
    "discarded": lambda task, now: task.discard(),
    "cancelled": lambda task, now: task.cancel(now),
}
"""What can be done to many tasks at once, by the word the audit has for it."""
FITTING: dict[str, tuple[State, ...]] = {
    "retried": (State.DEAD, State.CANCELLED, State.RETRY, State.SCHEDULED),
    "discarded": (State.DEAD,),
    "cancelled": tuple(state for state in State if state not in ENDED),
}
"""The states in which a task may be for it; the first is the one that is meant most often."""


class QueueDesk:
    """What people do with queues. Every verb acts in the caller's transaction or reading block."""

    def __init__(self, ledger: Ledger, pauses: Pauses, audit: Audit, clock: Clock) -> None:
        self._ledger, self._pauses, self._audit, self._clock = ledger, pauses, audit, clock

    def paused(self) -> dict[str, Pause]:
        """The paused queues by name."""
        return self._pauses.all()

    def pause(self, queue: str, by: str) -> None:
        """Have no task of a queue begun until it is resumed; what runs goes on. Raises `Conflict`."""
        self._pauses.pause(queue, by)
        self._audit.note("paused", "queue", queue, label=queue)

    def resume(self, queue: str) -> None:
        """Let the tasks of a queue be begun again, at once. Raises `Conflict`."""
        self._pauses.resume(queue)
        self._ledger.announce(queue)
        self._audit.note("resumed", "queue", queue, label=queue)

    def act(self, verb: str, task_ids: Sequence[str]) -> int:
        """Do it to each of the tasks that it fits and that nobody else holds; return to how many.

        Raises `NotFound` for another verb, `Conflict` when one of them cannot be run again because its twin waits.
        """
        if verb not in VERBS:
            raise NotFound(f"Nothing is called {verb[:40]!r} here. Choose one of: {', '.join(VERBS)}.")
        held = [task for task in self._ledger.lock_several(task_ids) if task.state in FITTING[verb]]
        for task in held:
            self._do(verb, task)
        return len(held)

    def _do(self, verb: str, task: Task) -> None:
        before = task.state
        VERBS[verb](task, self._clock.now())
        if task.state == State.READY:
            self._ledger.announce(task.queue)
        after = {"state": str(task.state)}
        self._audit.note(verb, "task", task.id, label=str(task), before={"state": str(before)}, after=after)
