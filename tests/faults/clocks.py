"""A clock that a file can set wrong while processes run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path


class WrongClock:
    """`core.ports.clock.Clock`: the file `path` says by how many seconds it is ahead (negative: behind)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        """The present instant plus what the file says."""
        wrong = float(self._path.read_text() or 0) if self._path.exists() else 0.0
        return datetime.now(UTC) + timedelta(seconds=wrong)
