"""Writes what many threads want written at once in one transaction: starts and settlements of outside calls.

While one thread commits, the others gather; the first of them commits for all of them next (a group commit). It knows
the ledger, and nothing of the calls.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog

from core.domain.kernel.errors import Fenced, Unavailable, Unwritten
from core.domain.post import Ring, Slip
from core.domain.tasks import State, TaskDied
from core.ports.delivery import Delivery
from core.ports.queue import Claim, Outcome
from entrypoints import boundary
from entrypoints.container import App

PATIENCE = 300.0
"""Seconds for which a settlement is tried again while the database is away; then the process gives up and ends."""
T = TypeVar("T")
log = structlog.get_logger("worker")


@dataclass(eq=False)
class Heir:
    """The call that a thread takes up after its present one; whether it was marked as begun with the end of that."""

    claim: Claim
    has_begun: bool = False


def _closed() -> threading.Lock:
    """A lock that one thread waits for and another opens, once: an `Event` costs ten times as much."""
    made = threading.Lock()
    made.acquire()
    return made


@dataclass(eq=False)
class Entry:
    """What one thread wants written: the start of its call or, with an outcome, the end of it and the start of its
    heir."""

    claim: Claim
    outcome: Outcome | None = None
    write: Callable[[], None] | None = None
    enclosed: Sequence[Slip | Ring] = ()
    heir: Heir | None = None
    is_over: bool = False
    failure: Exception | None = None
    called: threading.Lock = field(default_factory=_closed)
    """Opened when it is over, or when its thread is to write for all who gathered."""

    @property
    def is_plain(self) -> bool:
        """Whether it can be written without asking anything in between."""
        return (
            self.write is None
            and (self.outcome is None or self.outcome.state == State.DONE)
            and all(isinstance(row, Slip) and row.state != Delivery.BOUNCED for row in self.enclosed)
        )


class Clerk:
    """One for each worker process."""

    def __init__(self, app: App, unlimited: Callable[[Claim], AbstractContextManager[Any]] = nullcontext) -> None:
        """`unlimited` stops the time of a task while it waits here: the limit is for its call, the patience is ours."""
        self._unlimited = unlimited
        self._uow, self._ledger, self._outbox, self._journal = app.uow, app.ledger, app.outbox, app.journal
        self._books, self._wishes = app.deliveries, app.wishes
        self._gathered: list[Entry] = []
        self._gathering, self._is_led = threading.Lock(), False

    def start(self, claim: Claim) -> None:
        """Mark a call as begun. Raises `Fenced` when the claim is gone, and then nothing may be called."""
        with self._unlimited(claim):
            self._enter(Entry(claim))

    def settle(
        self, claim: Claim, outcome: Outcome, write: Callable[[], None] | None = None,
        enclosed: Sequence[Slip | Ring] = (), heir: Heir | None = None,
    ) -> None:  # fmt: skip
        """Write how a try ended, and with it what is enclosed and what `write` writes; mark the heir as begun. Raises
        `Fenced`, or `Unwritten` when `write` raises: the heir may have begun all the same.

        Patient while the database is away: an outside call cannot be taken back. `write` may run more than once.
        """
        with self._unlimited(claim):
            self._enter(Entry(claim, outcome, write, enclosed, heir))

    def _enter(self, entry: Entry) -> None:
        with self._gathering:
            self._gathered.append(entry)
            is_led, self._is_led = self._is_led, True
        if is_led:
            entry.called.acquire()
        if not entry.is_over:
            self._lead(entry)
        if entry.failure is not None:
            raise entry.failure

    def _lead(self, mine: Entry) -> None:
        """Write for all who gathered; then the first of those who came meanwhile does."""
        with self._gathering:
            entries, self._gathered = self._gathered, []
        self._write(entries)
        with self._gathering:
            self._is_led = bool(self._gathered)
            for follower in self._gathered[:1]:
                follower.called.release()
        for entry in entries:
            entry.is_over = True
            if entry is not mine:
                entry.called.release()

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
        if self._journal is not None and all(entry.is_plain for entry in entries):
            self._note(entries, self._journal.enter(_begun(entries), _outcomes(entries), _slips(entries)))
            return
        plain = [entry for entry in entries if entry.write is None]
        with self._uow.transaction():
            self._note(entries, self._ledger.start(_begun(entries)) | self._ledger.settle(_outcomes(plain)))
            for entry in entries:
                self._mourn(entry) if entry.write is None else self._settle_with_write(entry)
            held = [entry for entry in entries if entry.failure is None]
            self._books.keep(_slips(held))
            self._wishes.ring([row for entry in held for row in entry.enclosed if isinstance(row, Ring)])

    def _note(self, entries: Sequence[Entry], written: set[str]) -> None:
        """Tell each what was written; the end of one with a `write` has yet to be."""
        for entry in entries:
            entry.failure = None if entry.claim.id in written or entry.write is not None else Fenced()
            if entry.heir is not None:
                entry.heir.has_begun = entry.heir.claim.id in written

    def _settle_with_write(self, entry: Entry) -> None:
        try:
            with self._uow.part(), boundary.serving(entry.claim.request_id):
                if not self._ledger.settle(_outcomes([entry])):
                    raise Fenced
                _follow(entry)
        except Unavailable:
            raise
        except Fenced as lost:
            entry.failure = lost
        except Exception as failure:
            log.exception("not written after a call", task=entry.claim.id)
            entry.failure = Unwritten(
                f"The call was made, but what follows from it could not be written ({failure}). "
                "It is not made again by itself. Mend the reason; a retry by hand makes the call once more."
            )

    def _mourn(self, entry: Entry) -> None:
        if entry.failure is None and entry.outcome is not None and entry.outcome.state == State.DEAD:
            claim = entry.claim
            with boundary.serving(claim.request_id):
                self._outbox.publish(TaskDied(claim.id, claim.name, entry.outcome.error or ""))


def _begun(entries: Sequence[Entry]) -> list[Claim]:
    heirs = [entry.heir.claim for entry in entries if entry.heir is not None]
    return heirs + [entry.claim for entry in entries if entry.outcome is None]


def _outcomes(entries: Sequence[Entry]) -> list[Outcome]:
    return [entry.outcome for entry in entries if entry.outcome is not None]


def _slips(entries: Sequence[Entry]) -> list[Slip]:
    return [row for entry in entries for row in entry.enclosed if isinstance(row, Slip)]


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
