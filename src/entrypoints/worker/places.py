"""A worker's threads and who holds them: at most one item of work each; it does not know what an item is."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

GATHER_SECONDS = 0.02
"""How long to wait for more places once there is one: claiming for several at a time costs one claim."""


class Places:
    """So many threads, handed out to queues. The last free one is kept for a queue that holds none.

    So a queue whose calls hang, however many, leaves room for the others.
    """

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="task")
        self._held: Counter[str] = Counter()
        self._changed = threading.Condition()

    def await_room(self, queue: str, until: float, most: int) -> int:
        """Wait for places, best for half of what it may hold; return how many a queue may take (0: none by `until`).

        A queue may hold `most` of them.
        """
        with self._changed:
            half = max(1, min(most, self._threads) // 2)
            self._changed.wait_for(lambda: self._room(queue, most) > 0, timeout=max(0.0, until - time.monotonic()))
            self._changed.wait_for(lambda: self._room(queue, most) >= half, timeout=GATHER_SECONDS)
            return self._room(queue, most)

    def await_rest(self, until: float | None = None) -> bool:
        """Wait until nothing runs; False when it still does at `until` (None: no end)."""
        timeout = None if until is None else max(0.0, until - time.monotonic())
        with self._changed:
            return self._changed.wait_for(lambda: self._held.total() == 0, timeout=timeout)

    def run(self, queue: str, item: Callable[[], None]) -> None:
        """Run an item of this queue on a thread; only after `await_room` said that there is one."""
        with self._changed:
            self._held[queue] += 1
        self._pool.submit(self._run, queue, item)

    def close(self) -> None:
        """Wait for what is running, then end the threads."""
        self._pool.shutdown()

    def _room(self, queue: str, most: int) -> int:
        free = self._threads - self._held.total()
        room = free if self._threads == 1 or (free == 1 and not self._held[queue]) else free - 1
        return max(0, min(room, most - self._held[queue]))

    def _run(self, queue: str, item: Callable[[], None]) -> None:
        try:
            item()
        finally:
            with self._changed:
                self._held[queue] -= 1
                self._changed.notify_all()
