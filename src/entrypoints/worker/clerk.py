"""Writes what many threads want written at once in one transaction: starts and settlements of outside calls.

While one thread commits, the others gather; the first of them commits for all of them next (a group commit). It knows
the ledger, and nothing of the calls.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeVar

import structlog

from core.domain.kernel.errors import Fenced, Unavailable, Unwritten
from core.domain.post import Ring, Slip
from core.domain.tasks import State, TaskDied
from core.ports.queue import Claim, Outcome
from entrypoints import boundary
from entrypoints.container import App

PATIENCE = 300.0
"""Seconds for which a settlement is tried again while the database is away; then the process gives up and ends."""
T = TypeVar("T")
log = structlog.get_logger("worker")


@dataclass(eq=False)
class Entry:
    """What one thread wants written: the start of its call or, with an outcome, the end of it."""

    claim: Claim
    outcome: Outcome | None = None
    write: Callable[[], None] | None = None
    enclosed: Sequence[Slip | Ring] = ()
    is_over: bool = False
    failure: Exception | None = None
    called: threading.Event = field(default_factory=threading.Event)
    """Set when it is over, or when its thread is to write for all who gathered."""


class Clerk:
    """One for each worker process."""

    def __init__(self, app: App) -> None:
        self._uow, self._ledger, self._outbox = app.uow, app.ledger, app.outbox
        self._books, self._wishes = app.deliveries, app.wishes
        self._gathered: list[Entry] = []
        self._gathering, self._is_led = threading.Lock(), False

    def start(self, claim: Claim) -> None:
        """Mark a call as begun. Raises `Fenced` when the claim is gone, and then nothing may be called."""
        self._enter(Entry(claim))

    def settle(
        self, claim: Claim, outcome: Outcome, write: Callable[[], None] | None = None,
        enclosed: Sequence[Slip | Ring] = (),
    ) -> None:  # fmt: skip
        """Write how a try ended, and with it what is enclosed and what `write` writes. Raises `Fenced`, or
        `Unwritten` when that raises.

        Patient while the database is away: an outside call cannot be taken back. `write` may run more than once.
        """
        self._enter(Entry(claim, outcome, write, enclosed))

    def _enter(self, entry: Entry) -> None:
        with self._gathering:
            self._gathered.append(entry)
            is_led, self._is_led = self._is_led, True
        if is_led:
            entry.called.wait()
        if not entry.is_over:
            self._lead()
        if entry.failure is not None:
            raise entry.failure

    def _lead(self) -> None:
        """Write for all who gathered; then the first of those who came meanwhile does."""
        with self._gathering:
            entries, self._gathered = self._gathered, []
        self._write(entries)
        with self._gathering:
            self._is_led = bool(self._gathered)
            for follower in self._gathered[:1]:
                follower.called.set()
        for entry in entries:
            entry.is_over = True
            entry.called.set()

    def _write(self, entries: Sequence[Entry]) -> None:
        """Commit; when that fails for good, each alone, so that only one of them has the failure."""
        try:
            patiently(lambda: self._commit(entries))
        except Exception as failure:
            if len(entries) == 1:
                entries[0].failure = failure
                return
            for entry in entries:
                self._write([entry])

    def _commit(self, entries: Sequence[Entry]) -> None:
        """Write all in one transaction; a `write` that raises undoes its own settlement and no other."""
        plain = [entry for entry in entries if entry.write is None]
        with self._uow.transaction():
            written = self._ledger.start([entry.claim for entry in plain if entry.outcome is None])
            written |= self._ledger.settle([entry.outcome for entry in plain if entry.outcome is not None])
            for entry in plain:
                entry.failure = None if entry.claim.id in written else Fenced()
                self._mourn(entry)
            for entry in entries:
                if entry.write is not None:
                    entry.failure = self._settle_with_write(entry)
            enclosed = [*chain.from_iterable(entry.enclosed for entry in entries if entry.failure is None)]
            self._books.keep([row for row in enclosed if isinstance(row, Slip)])
            self._wishes.ring([row for row in enclosed if isinstance(row, Ring)])

    def _settle_with_write(self, entry: Entry) -> Exception | None:
        try:
            with self._uow.part(), boundary.serving(entry.claim.request_id):
                if not self._ledger.settle([entry.outcome]):
                    raise Fenced
                _follow(entry)
        except Unavailable:
            raise
        except Fenced as lost:
            return lost
        except Exception as failure:
            log.exception("not written after a call", task=entry.claim.id)
            return Unwritten(
                f"The call was made, but what follows from it could not be written ({failure}). "
                "It is not made again by itself. Mend the reason; a retry by hand makes the call once more."
            )
        return None

    def _mourn(self, entry: Entry) -> None:
        if entry.failure is None and entry.outcome is not None and entry.outcome.state == State.DEAD:
            claim = entry.claim
            with boundary.serving(claim.request_id):
                self._outbox.publish(TaskDied(claim.id, claim.name, entry.outcome.error or ""))


def _follow(entry: Entry) -> None:
    """Write what follows from the call. Its own `Unavailable` must not pass for the database being away."""
    assert entry.write is not None
    try:
        entry.write()
    except Unavailable as its_own:
        raise RuntimeError(its_own.sentence) from its_own


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
