"""Counts and times that many processes write and one reads, by files in a folder; costs under a microsecond a count."""

from __future__ import annotations

import mmap
import os
import struct
import threading
from pathlib import Path

COUNT = struct.Struct("q")


class Tally:
    """One process's own count, in a memory-mapped file that the bench reads. Safe among threads."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path, draft = folder / f"{os.getpid()}.count", folder / f"{os.getpid()}.draft"
        draft.write_bytes(COUNT.pack(0))
        with draft.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), COUNT.size)
        draft.replace(path)  # never seen half written
        self._count = 0
        self._lock = threading.Lock()

    def add(self) -> None:
        """Count one more."""
        with self._lock:
            self._count += 1
            COUNT.pack_into(self._memory, 0, self._count)


class Stamps:
    """One process's own list of durations in nanoseconds, appended in one small write each."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        flags = os.O_CREAT | os.O_WRONLY | os.O_APPEND
        self._file = os.open(folder / f"{os.getpid()}.stamps", flags, 0o600)

    def add(self, nanoseconds: int) -> None:
        """Write one duration down."""
        os.write(self._file, b"%d\n" % nanoseconds)


def counted(folder: Path) -> int:
    """The sum of every process's count so far."""
    return sum(COUNT.unpack(path.read_bytes())[0] for path in folder.glob("*.count"))


def stamped(folder: Path) -> list[float]:
    """Every duration so far, in milliseconds, smallest first."""
    files = [path.read_text().split() for path in folder.glob("*.stamps")]
    return sorted(int(stamp) / 1e6 for file in files for stamp in file)


def percentile(ordered: list[float], share: float) -> float:
    """The value that `share` (0 to 1) of an ordered list does not exceed (nearest rank)."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
