"""Files that the application makes and keeps for a while: named by it, whole or not there, nobody else's to read."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol


class Files(Protocol):
    """A shelf of files. Names are made by the application: lower-case letters, digits and _, with an ending."""

    def new(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Open a file to write. It is there under its name, whole and on disk, once the block has ended.

        When the block raises, or the process dies inside it, there is nothing under that name, or what was there
        before. Raises `Unavailable` when there is no room.
        """
        ...

    def open(self, name: str) -> BinaryIO:
        """Open a file to read. Raises `NotFound`."""
        ...

    def size(self, name: str) -> int | None:
        """How many bytes a file has, or None when it is not there."""
        ...

    def remove(self, name: str) -> None:
        """Remove a file, or do nothing when it is not there."""
        ...

    def names(self) -> Iterable[str]:
        """The names of all, and of what was begun and never finished: such a name begins with the file's own."""
        ...
