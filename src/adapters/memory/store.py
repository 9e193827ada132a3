"""Everything in this process's memory, with real transactions: for tests that must be instant. Nothing survives it."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

from core.domain.kernel.errors import NotFound

E = TypeVar("E")


class MemoryUnitOfWork:
    """`core.ports.unit_of_work.UnitOfWork`: one transaction at a time; what raises is undone."""

    def __init__(self, on_commit: Callable[[set[str]], None] = lambda queues: None) -> None:
        self.shelves: dict[str, dict[Any, Any]] = {}
        self._on_commit = on_commit
        self._turn = threading.RLock()
        self._depth = 0
        self._woken: set[str] = set()

    def shelf(self, name: str) -> dict[Any, Any]:
        """The rows of one kind, by key."""
        return self.shelves.setdefault(name, {})

    def announce(self, queue: str) -> None:
        """Wake this queue once the open transaction has committed."""
        self._woken.add(queue)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep everything or nothing, then wake the queues that were given tasks."""
        with self._turn:
            if self._depth:
                raise RuntimeError("Transactions do not nest: a service verb never opens one inside another's.")
            self._woken = set()
            with self._undoing():
                yield
            woken = self._woken
        if woken:
            self._on_commit(woken)

    @contextmanager
    def part(self) -> Iterator[None]:
        """A part that is undone alone."""
        with self._undoing():
            yield

    def lazy(self) -> AbstractContextManager[None]:
        """A transaction: nothing here is ever late."""
        return self.transaction()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A block that only reads; changes made to what it returns do not last."""
        with self._turn:
            kept = self.shelves
            self.shelves = copy.deepcopy(kept)
            try:
                yield
            finally:
                self.shelves = kept

    @contextmanager
    def _undoing(self) -> Iterator[None]:
        before, woken = copy.deepcopy(self.shelves), set(self._woken)
        self._depth += 1
        try:
            yield
        except BaseException:
            self.shelves, self._woken = before, woken
            raise
        finally:
            self._depth -= 1


def find(shelf: dict[Any, E], key: Any, what: str) -> E:
    """Return a row, or raise `NotFound` with a sentence."""
    if key not in shelf:
        raise NotFound(f"There is no {what} {key!r}. It may have been deleted; look at the list again.")
    return shelf[key]
