"""Drains one queue: claims what can start at once, runs it on a few threads, settles, and stops in time."""

from __future__ import annotations

import os
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain, groupby
from operator import attrgetter
from uuid import uuid4

import structlog

from core.domain.kernel.errors import Fenced
from core.domain.kernel.marks import Effects, TaskMark
from core.domain.tasks import State, TaskDied, judge
from core.ports.queue import Claim, Outcome
from entrypoints import boundary
from entrypoints.container import App
from entrypoints.worker.clerk import Clerk, Heir, patiently
from entrypoints.worker.desk import Desk
from entrypoints.worker.heavy import run_heavy
from entrypoints.worker.places import Places
from entrypoints.worker.run import UNKNOWN, Follower, TaskRun, nobody, run_outside, settle_failure

DRAIN_SECONDS = 5.0
ROOM_SECONDS = 0.2
"""How long to wait for a thread before the other queues get their turn."""
QUIET_SECONDS = 0.02
"""How long this thread keeps still once a queue is empty: tasks that are short end sooner without it (one GIL)."""
GROUP_SECONDS = 0.05
GROUP_SIZE = 50
OURS = 8
"""How many threads a queue may hold that calls nobody: more would only take turns at the one interpreter."""
AHEAD = 48
"""How many calls of a queue may be claimed that no thread is free for yet. It is none at first, and grows while the
threads come back for more in time: where calls are quick, a claim is not paid for each handful of them."""
LOST = 71
"""Exit code of a process that could not settle what it had claimed."""
log = structlog.get_logger("worker")


class Drain:
    """Runs the tasks of one queue after another; long calls go on while the next queue is drained."""

    def __init__(
        self, app: App, desk: Desk, is_stopping: Callable[[], bool],
        heavy: Callable[[App, Claim, TaskMark], None] = run_heavy,
    ) -> None:  # fmt: skip
        """`heavy` runs a heavy task to its end, wherever."""
        self._app, self._desk, self._is_stopping, self._run_heavy = app, desk, is_stopping, heavy
        self._places, self._clerk = Places(app.settings.threads), Clerk(app, desk.unlimited)
        self._uow, self._ledger, self._verbs = app.uow, app.ledger, app.catalogue.verbs

    def run(self, queue: str) -> None:
        """Start what the queue holds, for some 5 s or until it is empty; then say so if anything is left."""
        deadline = time.monotonic() + DRAIN_SECONDS
        is_empty = self._run_claims(queue, deadline)
        if not self._run_suspects(queue, deadline) or not is_empty:
            self._app.wake_ups.wake([queue])

    def rest(self) -> None:
        """Wait for what is running."""
        self._places.await_rest()

    def close(self) -> None:
        """Wait for what is running, and run nothing any more."""
        self._places.close()

    def _run_claims(self, queue: str, deadline: float) -> bool:
        """Keep the threads busy; True when the queue was emptied. What no thread came to in time is given back."""
        size, most, furthest = self._measure(queue)
        is_empty, ahead, waiting = False, 0, deque[list[Claim]]()
        while not (is_empty or self._is_stopping()) and (room := self._places.await_room(queue, _soon(deadline), most)):
            claims = self._claim(queue, asked := room * size + ahead)
            waiting.extend(self._items(claims, room))
            for _ in range(min(room, len(waiting))):
                self._places.run(queue, partial(self._run_waiting, waiting))
            is_empty, ahead = len(claims) < asked, min(ahead + room, furthest)
            if not is_empty:
                self._app.wake_ups.wake([queue])
        if is_empty:
            self._places.await_rest(time.monotonic() + QUIET_SECONDS)
        if is_empty and waiting:
            self._places.await_room(queue, _soon(deadline), most)
        return not self._return(waiting) and is_empty

    def _measure(self, queue: str) -> tuple[int, int, int]:
        """How many tasks of a queue a thread takes at once, how many threads it may hold, how many tasks may wait."""
        if self._touches_only_our_database(queue):
            return GROUP_SIZE, OURS, 0
        return 1, self._app.settings.threads, AHEAD

    def _run_waiting(self, waiting: deque[list[Claim]]) -> None:
        """Run what waits, until nothing does; other threads take from it too."""
        follower = partial(self._follower, waiting)
        item, has_begun = _next(waiting), False
        while item is not None:
            heir = self._run_item(item, has_begun, follower)
            item, has_begun = (_next(waiting), False) if heir is None else ([heir.claim], heir.has_begun)

    def _follower(self, waiting: deque[list[Claim]]) -> Claim | None:
        """The call that may be marked as begun with the end of another, if a call is next."""
        item = None if self._is_stopping() else _next(waiting)
        if item is not None and self._mark(item[0].name).effects != Effects.OUTSIDE:
            waiting.appendleft(item)
            return None
        return item and item[0]

    def _return(self, waiting: deque[list[Claim]]) -> bool:
        """Give back what still waits; whether anything did."""
        left = list(chain.from_iterable(iter(partial(_next, waiting), None)))
        if left:
            patiently(lambda: self._give_back(left))
        return bool(left)

    def _run_suspects(self, queue: str, deadline: float) -> bool:
        """Tasks that a process died over run one at a time, while nothing else does; False when there was no time."""
        while not self._is_stopping():
            claims = self._claim(queue, 1, suspects=True)
            if not claims:
                return True
            if not self._places.await_rest(deadline):
                self._give_back(claims)
                return False
            self._run_item(claims)
        return False

    def _claim(self, queue: str, most: int, *, suspects: bool = False) -> list[Claim]:
        token = "tok_" + uuid4().hex
        with self._uow.lazy():
            return self._ledger.claim(queue, self._desk.id, token, most, suspects=suspects)

    def _touches_only_our_database(self, queue: str) -> bool:
        marks = [self._mark(name) for name in self._app.catalogue.names(queue)]
        return all(mark.effects == Effects.DATABASE for mark in marks)

    def _items(self, claims: list[Claim], room: int) -> list[list[Claim]]:
        """Groups of tasks that share a transaction, and single ones that call the outside."""
        ours = [claim for claim in claims if self._mark(claim.name).effects == Effects.DATABASE]
        alone = [[claim] for claim in claims if self._mark(claim.name).effects != Effects.DATABASE]
        size = max(1, min(GROUP_SIZE, -(-len(ours) // max(1, room - len(alone)))))
        return alone + [ours[start : start + size] for start in range(0, len(ours), size)]

    def _mark(self, name: str) -> TaskMark:
        verb = self._verbs.get(name)
        return verb.mark if verb is not None else UNKNOWN

    def _run_item(self, claims: list[Claim], has_begun: bool = False, follower: Follower = nobody) -> Heir | None:
        """Run one item; claims that can be neither settled nor given back end the process, so that the reaper sees.

        Returns the call that `follower` gave, if it was asked: it is the next one of this thread.
        """
        try:
            if self._is_stopping() and not has_begun:
                return patiently(lambda: self._give_back(claims))
            with self._desk.inside(claims):
                return self._run_inside(claims, self._mark(claims[0].name), has_begun, follower)
        except BaseException:
            log.exception("claims could not be settled, ending the process", tasks=[claim.id for claim in claims])
            os._exit(LOST)

    def _give_back(self, claims: Iterable[Claim]) -> None:
        with self._uow.transaction():
            for token, mine in groupby(claims, attrgetter("token")):
                self._ledger.give_back([claim.id for claim in mine], token)

    def _run_inside(self, claims: list[Claim], mark: TaskMark, has_begun: bool, follower: Follower) -> Heir | None:
        if mark.effects == Effects.DATABASE:
            return self._run_group(claims)
        if mark.effects == Effects.HEAVY:
            return self._run_heavy(self._app, claims[0], mark)
        with self._desk.limited(claims[0], mark.limit):
            return run_outside(self._app, claims[0], self._clerk, has_begun=has_begun, follower=follower)

    def _run_group(self, claims: Sequence[Claim]) -> None:
        """Tasks that touch only our database share transactions of some 50 ms."""
        while claims:
            claims = self._run_together(claims)

    def _run_together(self, claims: Sequence[Claim]) -> Sequence[Claim]:
        """Hope that none fails and every claim holds: then no locks and no savepoints are needed."""
        try:
            return patiently(lambda: self._share(claims))
        except Exception as failure:
            if len(claims) == 1:
                return self._settle_alone(claims[0], failure)
            log.info("a task failed, its group runs again in parts", reason=str(failure))
        try:
            return patiently(lambda: self._share_in_parts(claims))
        except Exception as failure:
            log.warning("a commit failed, its tasks run singly", reason=str(failure))
            for claim in claims:
                self._run_together([claim])
            return ()

    def _share(self, claims: Sequence[Claim]) -> Sequence[Claim]:
        """Run tasks in one transaction until its time is up; return those that were not reached."""
        outcomes, until = [], time.monotonic() + GROUP_SECONDS
        with self._uow.transaction():
            for claim in claims:
                outcomes.append(self._run_bare(claim))
                if time.monotonic() > until:
                    break
            if len(self._ledger.settle(outcomes)) < len(outcomes):
                raise Fenced
        return claims[len(outcomes) :]

    def _run_bare(self, claim: Claim) -> Outcome:
        try:
            return self._call(claim)
        except Exception as failure:  # whatever it is, the database being away included, it is this task's
            raise Spoilt(claim.id) from failure

    def _settle_alone(self, claim: Claim, failure: Exception) -> Sequence[Claim]:
        if not isinstance(failure, Fenced):
            own = failure.__cause__ if isinstance(failure, Spoilt) else failure
            settle_failure(self._clerk, claim, self._mark(claim.name), own or failure)
        return ()

    def _share_in_parts(self, claims: Sequence[Claim]) -> Sequence[Claim]:
        """The same, but locked first, and each in a part that is undone alone when it fails."""
        reached, outcomes, until = 0, [], time.monotonic() + GROUP_SECONDS
        with self._uow.transaction():
            held = self._ledger.hold([claim.id for claim in claims], claims[0].token)
            for claim in claims:
                if claim.id in held:
                    outcomes.append(self._run_part(claim))
                reached += 1
                if time.monotonic() > until:
                    break
            self._ledger.settle(outcomes)
            names = {claim.id: claim.name for claim in claims}
            for outcome in outcomes:
                if outcome.state == State.DEAD:
                    self._app.outbox.publish(TaskDied(outcome.id, names[outcome.id], outcome.error or ""))
        return claims[reached:]

    def _run_part(self, claim: Claim) -> Outcome:
        try:
            with self._uow.part():
                return self._call(claim)
        except Exception as failure:
            log.warning("task failed", task=claim.id, name=claim.name, reason=str(failure))
            return judge(claim, self._mark(claim.name), failure, traceback.format_exc())

    def _call(self, claim: Claim) -> Outcome:
        boundary.request_id.set(claim.request_id)
        verb = self._verbs[claim.name]
        with self._desk.limited(claim, verb.mark.limit):
            result = verb.call(claim, TaskRun(self._app, claim, self._clerk))
        return Outcome(id=claim.id, token=claim.token, state=State.DONE, result=result)


def _next(waiting: deque[list[Claim]]) -> list[Claim] | None:
    try:
        return waiting.popleft()
    except IndexError:
        return None


def _soon(deadline: float) -> float:
    now = time.monotonic()
    return min(deadline, now + ROOM_SECONDS) if now < deadline else now


class Spoilt(Exception):
    """A task of a shared transaction failed, so what the others did in it is undone, and done again."""
