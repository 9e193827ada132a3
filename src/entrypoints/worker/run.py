"""One try of one task: the three steps of an outside effect, fenced by the claim's token."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import structlog

from core.domain.kernel.errors import Fenced, Invalid, Postponed
from core.domain.kernel.marks import Effects, TaskMark
from core.domain.post import Ring, Slip
from core.domain.tasks import State, judge
from core.ports.queue import Claim, Outcome, Progress
from entrypoints import boundary
from entrypoints.container import App
from entrypoints.worker.clerk import Clerk, Heir

REPORT_EVERY = 0.2
UNKNOWN = TaskMark(name="unknown", effects=Effects.OUTSIDE)
Follower = Callable[[], Claim | None]
"""Takes the next call from those that wait, if one does."""
log = structlog.get_logger("worker")


def nobody() -> None:
    """There is no next call."""


class TaskRun:
    """`core.domain.tasks.Run` for one claim."""

    def __init__(
        self, app: App, claim: Claim, clerk: Clerk, *, has_begun: bool = False, follower: Follower = nobody
    ) -> None:
        """`has_begun`: it was marked as begun already, with the end of the call before. `follower`: who comes next."""
        self._app, self._claim, self._clerk = app, claim, clerk
        self._has_begun, self._follower = has_begun, follower
        self._reported = 0.0
        self.key, self.attempt, self.age = claim.id, claim.attempts + 1, claim.age
        self.enclosed: list[Slip | Ring] = []
        self.heir: Heir | None = None
        self.is_settled = False

    def now(self) -> datetime:
        """The present instant, UTC."""
        return self._app.clock.now()

    @contextmanager
    def start(self) -> Iterator[None]:
        """Mark the call as begun, then open a transaction to read in. Raises `Fenced`."""
        if not self._has_begun:
            self._clerk.start(self._claim)
        with self._app.uow.transaction():
            yield

    def settle(self, result: dict[str, Any] | None = None, write: Callable[[], None] | None = None) -> None:
        """End the task with what the call gave. Raises `Fenced` when the claim was taken over meanwhile."""
        done = Outcome(id=self._claim.id, token=self._claim.token, state=State.DONE, result=result)
        if self.heir is None and (following := self._follower()) is not None:
            self.heir = Heir(following)
        self._clerk.settle(self._claim, done, write, self.enclosed, self.heir)
        self.is_settled = True

    def enclose(self, row: Slip | Ring) -> None:
        """Have a row written with the end of this try."""
        self.enclosed.append(row)

    def keep(self, result: dict[str, Any]) -> None:
        """Write how far it is, in the open transaction. Raises `Fenced` when the claim was taken over or cancelled."""
        if not self._app.ledger.keep(self._claim.id, self._claim.token, result):
            raise Fenced

    def kept(self) -> dict[str, Any]:
        """How far an earlier try came; empty for the first."""
        return dict(self._app.ledger.get(self._claim.id).result or {})

    def progress(self, done: int, total: int = 0, message: str = "") -> None:
        """Show how far it is, at most five times a second (and always the last step)."""
        if done == total or time.monotonic() - self._reported > REPORT_EVERY:
            self._reported = time.monotonic()
            self._app.life_signs.report(self._claim.id, Progress(done=done, total=total, message=message))


def run_outside(
    app: App, claim: Claim, clerk: Clerk, *, has_begun: bool = False, follower: Follower = nobody
) -> Heir | None:
    """Run one task whose effects lie outside; it opens its own transactions around the call.

    Returns the call that `follower` named meanwhile, which this thread is to run next, if it was asked for one.
    """
    boundary.request_id.set(claim.request_id)
    run, verb = TaskRun(app, claim, clerk, has_begun=has_begun, follower=follower), app.catalogue.verbs.get(claim.name)
    try:
        if verb is None:
            raise Invalid({"name": f"Nobody declares a task named {claim.name!r}. Deploy the code that does."})
        result = verb.call(claim, run)
        if not run.is_settled:
            run.settle(result)
    except Fenced:
        log.warning("claim was taken over, nothing written", task=claim.id, name=claim.name)
    except Exception as failure:
        settle_failure(clerk, claim, verb.mark if verb else UNKNOWN, failure, run.enclosed)
    return run.heir


def settle_failure(
    clerk: Clerk, claim: Claim, mark: TaskMark, failure: Exception, enclosed: Sequence[Slip | Ring] = ()
) -> None:
    """Write what follows a failed try: another one later, or the end."""
    if not isinstance(failure, Postponed):
        log.warning("task failed", task=claim.id, name=claim.name, reason=str(failure))
    outcome = judge(claim, mark, failure, traceback.format_exc())
    if outcome.state == State.DEAD:
        for waiting in (row for row in enclosed if isinstance(row, Slip)):
            waiting.give_up(outcome.error or "")
    try:
        clerk.settle(claim, outcome, enclosed=enclosed)
    except Fenced:
        log.warning("claim was taken over, nothing written", task=claim.id, name=claim.name)
