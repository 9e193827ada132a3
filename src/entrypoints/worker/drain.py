"""Drains one queue: claims what can start within a second, runs it on a small pool, settles, and stops in time."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from uuid import uuid4

import structlog

from core.domain.kernel.errors import Fenced, Invalid
from core.domain.kernel.marks import Effects, TaskMark
from core.domain.tasks import State, TaskDied, judge
from core.ports.queue import Claim, Outcome
from entrypoints import boundary
from entrypoints.container import App
from entrypoints.worker.desk import Desk
from entrypoints.worker.heavy import run_heavy
from entrypoints.worker.run import TaskRun, patiently, settle

DRAIN_SECONDS = 5.0
GROUP_SECONDS = 0.05
GROUP_SIZE = 50
LOST = 71
"""Exit code of a process that could not settle what it had claimed."""
log = structlog.get_logger("worker")
UNKNOWN = TaskMark(name="unknown", effects=Effects.OUTSIDE)


class Drain:
    """Runs the tasks of one queue at a time, on `threads` threads."""

    def __init__(self, app: App, desk: Desk, is_stopping: Callable[[], bool]) -> None:
        self._app, self._desk, self._is_stopping = app, desk, is_stopping
        self._threads = app.settings.threads
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="task")

    def run(self, queue: str) -> None:
        """Work on a queue for some 5 s or until it is empty, then say so if anything is left."""
        deadline = time.monotonic() + DRAIN_SECONDS
        self._app.wake_ups.forget(queue)
        self._run_suspects(queue, deadline)
        if not self._run_claims(queue, deadline) and not self._is_stopping():
            self._app.wake_ups.wake([queue])

    def close(self) -> None:
        """Wait for what is running."""
        self._pool.shutdown()

    def _run_claims(self, queue: str, deadline: float) -> bool:
        """Keep the pool busy; True when the queue was empty at the end."""
        running: set[Future[None]] = set()
        group = GROUP_SIZE if self._touches_only_our_database(queue) else 1
        is_empty = False
        while not is_empty and not self._is_stopping() and time.monotonic() < deadline:
            room = max(1, self._threads * 2 - len(running))
            claims = self._claim(queue, room * group)
            is_empty = not claims and not running
            if len(claims) == room * group:
                self._app.wake_ups.wake([queue])
            running |= {self._pool.submit(self._run_item, item) for item in self._items(claims)}
            if len(running) >= self._threads * 2 or not claims:
                _, running = wait(running, return_when=FIRST_COMPLETED)
        wait(running)
        return is_empty

    def _run_suspects(self, queue: str, deadline: float) -> None:
        """Tasks that a process died over run one at a time, while nothing else does."""
        while not self._is_stopping() and time.monotonic() < deadline:
            claims = self._claim(queue, 1, suspects=True)
            if not claims:
                return
            self._run_item(claims)

    def _claim(self, queue: str, most: int, *, suspects: bool = False) -> list[Claim]:
        token = "tok_" + uuid4().hex
        with self._app.uow.transaction():
            return self._app.ledger.claim(queue, self._desk.id, token, most, suspects=suspects)

    def _touches_only_our_database(self, queue: str) -> bool:
        marks = [self._mark(name) for name in self._app.catalogue.names(queue)]
        return all(mark.effects == Effects.DATABASE for mark in marks)

    def _items(self, claims: list[Claim]) -> list[list[Claim]]:
        """Groups of tasks that share a transaction, and single ones that call the outside."""
        ours = [claim for claim in claims if self._mark(claim.name).effects == Effects.DATABASE]
        alone = [[claim] for claim in claims if self._mark(claim.name).effects != Effects.DATABASE]
        size = max(1, min(GROUP_SIZE, -(-len(ours) // self._threads)))
        return alone + [ours[start : start + size] for start in range(0, len(ours), size)]

    def _mark(self, name: str) -> TaskMark:
        verb = self._app.catalogue.verbs.get(name)
        return verb.mark if verb is not None else UNKNOWN

    def _run_item(self, claims: list[Claim]) -> None:
        """Run one item; claims that can be neither settled nor given back end the process, so that the reaper sees."""
        try:
            if self._is_stopping():
                return patiently(lambda: self._give_back(claims))
            self._run_begun(claims, self._mark(claims[0].name))
        except BaseException:
            log.exception("claims could not be settled, ending the process", tasks=[claim.id for claim in claims])
            os._exit(LOST)

    def _give_back(self, claims: list[Claim]) -> None:
        with self._app.uow.transaction():
            self._app.ledger.give_back([claim.id for claim in claims], claims[0].token)

    def _run_begun(self, claims: list[Claim], mark: TaskMark) -> None:
        with self._desk.inside(claims):
            if mark.effects == Effects.DATABASE:
                patiently(self._desk.beat)
                self._run_group(claims)
            elif mark.effects == Effects.HEAVY:
                run_heavy(self._app, claims[0], mark)
            else:
                with self._desk.limited(claims[0], mark.limit):
                    run_outside(self._app, claims[0], mark)

    def _run_group(self, claims: Sequence[Claim]) -> None:
        """Tasks that touch only our database share transactions of some 50 ms; a failed commit reruns them singly."""
        while claims:
            group = claims
            try:
                claims = patiently(lambda: self._share(group))  # noqa: B023 (called at once)
            except Exception as broken:
                if len(group) == 1:
                    return _settle_failure(self._app, group[0], self._mark(group[0].name), broken)
                for claim in group:
                    self._run_group([claim])
                return None
        return None

    def _share(self, claims: Sequence[Claim]) -> Sequence[Claim]:
        """Run tasks in one transaction until its time is up; return those that were not reached."""
        reached, outcomes, until = 0, [], time.monotonic() + GROUP_SECONDS
        with self._app.uow.transaction():
            held = self._app.ledger.hold([claim.id for claim in claims], claims[0].token)
            for claim in claims:
                if claim.id in held:
                    outcomes.append(self._run_part(claim))
                reached += 1
                if time.monotonic() > until:
                    break
            self._app.ledger.settle(outcomes, claims[0].token)
            names = {claim.id: claim.name for claim in claims}
            for outcome in outcomes:
                if outcome.state == State.DEAD:
                    self._app.outbox.publish(TaskDied(outcome.id, names[outcome.id], outcome.error or ""))
        return claims[reached:]

    def _run_part(self, claim: Claim) -> Outcome:
        verb = self._app.catalogue.verbs[claim.name]
        boundary.request_id.set(claim.request_id)
        try:
            with self._desk.limited(claim, verb.mark.limit), self._app.uow.part():
                result = verb.call(claim, TaskRun(self._app, claim, verb.mark))
        except Exception as failure:
            log.warning("task failed", task=claim.id, name=claim.name, reason=str(failure))
            return judge(claim, verb.mark, failure, traceback.format_exc())
        return Outcome(id=claim.id, state=State.DONE, result=result)


def run_outside(app: App, claim: Claim, mark: TaskMark) -> None:
    """Run one task whose effects lie outside; it opens its own transactions around the call."""
    boundary.request_id.set(claim.request_id)
    run = TaskRun(app, claim, mark)
    try:
        verb = app.catalogue.verbs.get(claim.name)
        if verb is None:
            raise Invalid({"name": f"Nobody declares a task named {claim.name!r}. Deploy the code that does."})
        result = verb.call(claim, run)
        if not run.is_settled:
            run.settle(result)
    except Fenced:
        log.warning("claim was taken over, nothing written", task=claim.id, name=claim.name)
    except Exception as failure:
        _settle_failure(app, claim, mark, failure)


def _settle_failure(app: App, claim: Claim, mark: TaskMark, failure: Exception) -> None:
    log.warning("task failed", task=claim.id, name=claim.name, reason=str(failure))
    try:
        settle(app, claim, judge(claim, mark, failure, traceback.format_exc()))
    except Fenced:
        log.warning("claim was taken over, nothing written", task=claim.id, name=claim.name)
