"""One try of one task: the three steps of an outside effect, fenced by the claim's token."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from core.domain.kernel.errors import Fenced, Unavailable
from core.domain.kernel.marks import TaskMark
from core.domain.tasks import State, TaskDied
from core.ports.queue import Claim, Outcome, Progress
from entrypoints.container import App

PATIENCE = 300.0
"""Seconds for which a settlement is tried again while the database is away; then the process gives up and ends."""
REPORT_EVERY = 0.2
T = TypeVar("T")


class TaskRun:
    """`core.domain.tasks.Run` for one claim."""

    def __init__(self, app: App, claim: Claim, mark: TaskMark) -> None:
        self._app, self._claim, self._mark = app, claim, mark
        self._reported = 0.0
        self.key, self.attempt = claim.id, claim.attempts + 1
        self.is_settled = False

    def now(self) -> datetime:
        """The present instant, UTC."""
        return self._app.clock.now()

    @contextmanager
    def start(self) -> Iterator[None]:
        """A transaction to read in; the call counts as begun once it commits. Raises `Fenced`."""
        with self._app.uow.transaction():
            if not self._app.ledger.start(self._claim.id, self._claim.token):
                raise Fenced
            yield

    def settle(self, result: dict[str, Any] | None = None, write: Callable[[], None] | None = None) -> None:
        """End the task with what the call gave. Raises `Fenced` when the claim was taken over meanwhile."""
        settle(self._app, self._claim, Outcome(id=self._claim.id, state=State.DONE, result=result), write)
        self.is_settled = True

    def progress(self, done: int, total: int = 0, message: str = "") -> None:
        """Show how far it is, at most five times a second (and always the last step)."""
        if done == total or time.monotonic() - self._reported > REPORT_EVERY:
            self._reported = time.monotonic()
            self._app.life_signs.report(self._claim.id, Progress(done=done, total=total, message=message))


def settle(app: App, claim: Claim, outcome: Outcome, write: Callable[[], None] | None = None) -> None:
    """Write how a try ended; patient while the database is away, because an outside call cannot be taken back."""
    patiently(lambda: _settle_once(app, claim, outcome, write))


def patiently(step: Callable[[], T]) -> T:
    """Repeat a step while the database is away, up to 5 minutes; then its `Unavailable` is raised."""
    until, pause = time.monotonic() + PATIENCE, 0.1
    while True:
        try:
            return step()
        except Unavailable:
            if time.monotonic() > until:
                raise
            time.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 2, 2.0)


def _settle_once(app: App, claim: Claim, outcome: Outcome, write: Callable[[], None] | None) -> None:
    with app.uow.transaction():
        if not app.ledger.settle([outcome], claim.token):
            raise Fenced
        if write is not None:
            write()
        if outcome.state == State.DEAD:
            app.outbox.publish(TaskDied(claim.id, claim.name, outcome.error or ""))
