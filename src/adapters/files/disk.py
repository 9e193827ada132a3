"""Files in one folder of this machine, or of a volume that every process mounts; only their owner may read them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from core.domain.kernel.errors import NotFound, Unavailable

NAME = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
PART = "part"
BUFFER = 1024 * 1024


class DiskFiles:
    """`core.ports.files.Files` in a folder that is made when something is written."""

    def __init__(self, folder: Path) -> None:
        self._folder = Path(folder)

    @contextmanager
    def new(self, name: str) -> Iterator[BinaryIO]:
        """Write under another name in the same folder, then rename: the one step that cannot be half done."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(name)
        for left_behind in self._folder.glob(f"{name}.*.{PART}"):
            left_behind.unlink(missing_ok=True)
        draft = path.with_name(f"{name}.{uuid4().hex}.{PART}")
        try:
            with open(draft, "xb", buffering=BUFFER, opener=_for_owner_only) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, path)
        except OSError as refused:
            raise Unavailable(f"The file cannot be written ({refused.strerror}). Make room, then try again.") from None
        finally:
            draft.unlink(missing_ok=True)

    def open(self, name: str) -> BinaryIO:
        try:
            return self._path(name).open("rb")
        except OSError:
            raise _gone(name) from None

    def size(self, name: str) -> int | None:
        with suppress(OSError):
            return self._path(name).stat().st_size
        return None

    def remove(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def names(self) -> Iterable[str]:
        return sorted(path.name for path in self._folder.glob("*"))

    def _path(self, name: str) -> Path:
        """Where a file is. Raises `NotFound` for a name that could lead out of the folder."""
        if not NAME.fullmatch(name):
            raise _gone(name)
        return self._folder / name


def _for_owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _gone(name: str) -> NotFound:
    return NotFound(f"There is no file {name[:60]!r}. It may have been removed; make it again.")
