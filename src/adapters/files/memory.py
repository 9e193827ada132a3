"""Files in this process's memory, for tests; nothing survives it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import BinaryIO

from core.domain.kernel.errors import NotFound


class MemoryFiles:
    """`core.ports.files.Files`."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    @contextmanager
    def new(self, name: str) -> Iterator[BinaryIO]:
        file = BytesIO()
        yield file
        self._kept[name] = file.getvalue()

    def open(self, name: str) -> BinaryIO:
        if name not in self._kept:
            raise NotFound(f"There is no file {name[:60]!r}. It may have been removed; make it again.")
        return BytesIO(self._kept[name])

    def size(self, name: str) -> int | None:
        return len(self._kept[name]) if name in self._kept else None

    def remove(self, name: str) -> None:
        self._kept.pop(name, None)

    def names(self) -> Iterable[str]:
        return sorted(self._kept)
