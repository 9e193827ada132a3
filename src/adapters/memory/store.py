"""Everything in this process's memory, with real transactions: for tests that must be instant. Nothing survives it."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

from core.domain.kernel.errors import NotFound

E = TypeVar("E")
Shelves = dict[str, dict[Any, Any]]


class MemoryUnitOfWork:
    """`core.ports.unit_of_work.UnitOfWork`: one transaction at a time; what raises is undone.

    A shelf is copied when an open block first asks for it, never the whole store; rows are dataclasses whose values
    are replaced, never changed inside, as a database would not notice that either.
    """

    def __init__(self, on_commit: Callable[[set[str]], None] = lambda queues: None) -> None:
        self._shelves: Shelves = {}
        self._lent: Shelves | None = None
        self._kept: list[Shelves] = []
        self._on_commit = on_commit
        self._turn = threading.RLock()
        self._woken: set[str] = set()

    def shelf(self, name: str) -> dict[Any, Any]:
        """The rows of one kind, by key."""
        rows = self._shelves.setdefault(name, {})
        if self._lent is not None:
            return _copied_once(rows, name, self._lent)
        if self._kept:
            _copied_once(rows, name, self._kept[-1])
        return rows

    def announce(self, queue: str) -> None:
        """Wake this queue once the open transaction has committed."""
        self._woken.add(queue)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep everything or nothing, then wake the queues that were given tasks."""
        with self._turn:
            if self._kept:
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

    def at_once(self) -> AbstractContextManager[None]:
        """A transaction: one thing is written in it, or nothing."""
        return self.transaction()

    def lazy(self) -> AbstractContextManager[None]:
        """A transaction: nothing here is ever late."""
        return self.transaction()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A block that only reads; changes made to what it returns do not last."""
        with self._turn:
            outer, self._lent = self._lent, {}
            try:
                yield
            finally:
                self._lent = outer

    @contextmanager
    def _undoing(self) -> Iterator[None]:
        before: Shelves = {}
        woken = set(self._woken)
        self._kept.append(before)
        try:
            yield
        except BaseException:
            self._shelves.update(before)
            self._woken = woken
            raise
        finally:
            self._kept.pop()
        for outer in self._kept[-1:]:
            for name in before.keys() - outer.keys():
                outer[name] = before[name]


def _copied_once(rows: dict[Any, Any], name: str, copies: Shelves) -> dict[Any, Any]:
    if name not in copies:
        copies[name] = {key: dataclasses.replace(row) for key, row in rows.items()}
    return copies[name]


def find(shelf: dict[Any, E], key: Any, what: str) -> E:
    """Return a row, or raise `NotFound` with a sentence."""
    if key not in shelf:
        raise NotFound(f"There is no {what} {key!r}. It may have been deleted; look at the list again.")
    return shelf[key]
