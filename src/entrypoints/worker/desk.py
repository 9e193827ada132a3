"""A worker process's presence: who it is, what it is inside of, its beat, and the end it makes of stuck tasks."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import structlog

from core.domain.kernel.errors import Failure
from core.domain.kernel.ids import new_id
from core.ports.queue import Claim
from entrypoints.container import App
from entrypoints.worker.birth import certificate

BEAT_SECONDS = 3.0
NO_LIMIT = float("inf")
STUCK = 70
"""Exit code of a process that ended itself because a task did not return within its limit."""
log = structlog.get_logger("worker")


class Desk:
    """One worker process in the life signs."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._inside: dict[str, float] = {}
        self._lock = threading.Lock()
        self._left = threading.Event()
        self._enter()

    def sit(self) -> None:
        """Begin to beat, from a thread of its own."""
        threading.Thread(target=self._beat_for_ever, name="beat", daemon=True).start()

    def leave(self) -> None:
        """Sign off: every claim was settled or given back."""
        self._left.set()
        self._app.life_signs.leave(self.id)

    @contextmanager
    def inside(self, claims: Sequence[Claim]) -> Iterator[None]:
        """Say which tasks are being run, before they can take the process down."""
        with self._lock:
            self._inside.update(dict.fromkeys((claim.id for claim in claims), NO_LIMIT))
        try:
            yield
        finally:
            with self._lock:
                for claim in claims:
                    self._inside.pop(claim.id, None)

    @contextmanager
    def limited(self, claim: Claim, seconds: float) -> Iterator[None]:
        """Give the task that begins now its time; the process is ended when it has not returned by then."""
        self._inside[claim.id] = time.monotonic() + seconds
        try:
            yield
        finally:
            self._inside[claim.id] = NO_LIMIT

    @contextmanager
    def unlimited(self, claim: Claim) -> Iterator[None]:
        """Stop the task's time while it waits for what is not its own work; what was left of it goes on afterwards."""
        left = self._inside[claim.id] - time.monotonic()
        self._inside[claim.id] = NO_LIMIT
        try:
            yield
        finally:
            self._inside[claim.id] = time.monotonic() + left

    def beat(self) -> None:
        """Say "alive, inside these"; a process that was taken for dead meanwhile takes a new name."""
        with self._lock:
            doing = list(self._inside)
        if not self._app.life_signs.beat(self.id, doing):
            log.warning("taken for dead, beginning anew", worker=self.id)
            self._enter()

    def _enter(self) -> None:
        self.id = new_id("wrk", self._app.clock.now())
        self._app.life_signs.enter(self.id, socket.gethostname(), os.getpid(), birth=certificate())

    def _beat_for_ever(self) -> None:
        while not self._left.wait(self._pause()):
            self._end_if_stuck()
            try:
                self.beat()
            except Failure as away:
                log.warning("beat not written", reason=str(away))

    def _pause(self) -> float:
        """Until the next beat, or until the first time limit strikes."""
        with self._lock:
            first = min(self._inside.values(), default=NO_LIMIT)
        return max(0.0, min(BEAT_SECONDS, first - time.monotonic()))

    def _end_if_stuck(self) -> None:
        with self._lock:
            stuck = [task for task, limit in self._inside.items() if time.monotonic() > limit]
        if stuck:
            log.error("task over its time limit, ending the process", tasks=stuck)
            with suppress(Failure):
                self._app.life_signs.last_words(self.id, stuck)
            os._exit(STUCK)
