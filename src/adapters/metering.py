"""Counts calls without waiting for anybody: they are written down by a thread, every few seconds and at the end."""

from __future__ import annotations

import atexit
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import TypeVar

import structlog

from core.ports.metering import CapReached
from core.ports.vendors import Call

SECONDS = 2.0
MOST = 100_000
"""So many calls wait to be written while the database is away; beyond, the oldest are lost."""
BATCH = 5_000
T = TypeVar("T")
Write = Callable[[Sequence[Call], Sequence[CapReached]], None]
log = structlog.get_logger("metering")


class BackgroundMeter:
    """`core.ports.vendors.Meter`. `write` keeps calls and refusals in one transaction, or raises and keeps nothing.

    Its thread begins at the first call, never before: processes are forked after they were built (decision 5).
    """

    def __init__(self, write: Write, seconds: float = SECONDS) -> None:
        self._write, self._seconds = write, seconds
        self._calls: deque[Call] = deque(maxlen=MOST)
        self._refusals: deque[CapReached] = deque(maxlen=MOST)
        self._thread: threading.Thread | None = None
        self._starting, self._writing = threading.Lock(), threading.Lock()
        self._ended = threading.Event()

    def note(self, call: Call) -> None:
        self._calls.append(call)
        self._begin()

    def refused(self, told: CapReached) -> None:
        """Count a refusal by a cap. Never raises, never waits."""
        self._refusals.append(told)
        self._begin()

    def flush(self) -> None:
        """Write what was counted by now. What cannot be written stays, and is written with the next."""
        with self._writing:
            while self._calls or self._refusals:
                calls, refusals = _taken(self._calls), _taken(self._refusals)
                try:
                    self._write(calls, refusals)
                except Exception as away:  # whatever it is, nobody who calls a vendor may suffer from it
                    log.warning("calls not written down yet", number=len(calls), reason=str(away))
                    self._calls.extendleft(reversed(calls))
                    self._refusals.extendleft(reversed(refusals))
                    return

    def close(self) -> None:
        """Write what is left and count no more by itself."""
        self._ended.set()
        self.flush()

    def _begin(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                atexit.register(self.close)
                self._thread = threading.Thread(target=self._flush_while_busy, name="metering", daemon=True)
                self._thread.start()

    def _flush_while_busy(self) -> None:
        """End once nothing came for a while. Who notes a call looks for the thread afterwards, and the thread looks for
        calls after it has signed off: one of them sees the other."""
        while not self._ended.wait(self._seconds):
            if self._is_idle():
                self._thread = None
                atexit.unregister(self.close)
                if not self._is_idle():
                    self._begin()
                return
            self.flush()

    def _is_idle(self) -> bool:
        return not self._calls and not self._refusals


def _taken(waiting: deque[T]) -> list[T]:
    """Up to a batch of the oldest; other threads may add meanwhile."""
    return [waiting.popleft() for _ in range(min(BATCH, len(waiting)))]
