"""The 100,000 most common passwords of eight characters and more, in a file of 390 KiB: it asks nobody.

The file holds, in order, the first four bytes of the SHA-256 of each, in lower case: one search looks at 17 places, and
of 43,000 passwords that are not in the list one is taken for one that is. `python -m adapters.breached` makes it anew.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

SIZE = 4
SHORTEST, MOST = 8, 100_000
FILE = Path(__file__).with_name("common.bin")


class PackagedList:
    """`core.ports.secrets.Breached` from the file in the package, read when it is first asked."""

    def __init__(self, file: Path = FILE) -> None:
        self._file = file

    def holds(self, password: str) -> bool:
        """Whether it is one of them, whatever its case."""
        wanted, places = _mark(password), range(len(self._marks) // SIZE)
        at = bisect_left(places, wanted, key=self._at)
        return at < len(places) and self._at(at) == wanted

    @cached_property
    def _marks(self) -> bytes:
        return self._file.read_bytes()

    def _at(self, place: int) -> bytes:
        return self._marks[place * SIZE : (place + 1) * SIZE]


def pack(passwords: Iterable[str]) -> bytes:
    """What the file holds, of a list that has the most common password first."""
    usual = dict.fromkeys(one.strip().lower() for one in passwords if len(one.strip()) >= SHORTEST)
    return b"".join(sorted({_mark(one) for one in list(usual)[:MOST]}))


def _mark(password: str) -> bytes:
    return hashlib.sha256(password.lower().encode("utf-8", "replace")).digest()[:SIZE]
