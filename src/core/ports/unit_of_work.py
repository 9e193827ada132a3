"""All or nothing: what happens between open and close of a transaction is kept together or not at all."""

from contextlib import AbstractContextManager
from typing import Protocol


class UnitOfWork(Protocol):
    """Opens transactions. Repositories act on the one their thread has open; services never commit."""

    def transaction(self) -> AbstractContextManager[None]:
        """Open a transaction; it commits when the block ends and rolls back when it raises.

        After the commit, queues that were given tasks are woken, never inside it. Blocks do not nest.
        Raises `Conflict` when the database refuses (a unique value is taken), `Unavailable` when it is away.
        """
        ...

    def part(self) -> AbstractContextManager[None]:
        """Open a part of the open transaction that is undone alone when it raises."""
        ...

    def reading(self) -> AbstractContextManager[None]:
        """Open a block that only reads; nothing it reads may decide a write."""
        ...

    def at_once(self) -> AbstractContextManager[None]:
        """Open a block in which what is written commits at once, and is on disk when it returns.

        For one thing that is written, and rows that are only added in a row: a transaction takes three round trips for
        that, and holds what it locks from the first to the last. Nothing is undone when the block raises, so no task is
        given here. Blocks do not nest.
        """
        ...

    def lazy(self) -> AbstractContextManager[None]:
        """Open a block in which every statement commits by itself, at once seen but not at once on disk.

        A crash of the database server (not ours) may undo the last of them: only for what loses nothing by that. What
        is on disk by a later commit took everything before it there as well.
        """
        ...
