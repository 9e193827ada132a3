"""A clock that a file can set wrong while processes run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path


class WrongClock:
    """`core.ports.clock.Clock`: the file `path` says by how many seconds it is ahead (negative: behind), or an instant
    that it stands at."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        """What the file says."""
        said = self._path.read_text() if self._path.exists() else "0"
        if "T" in said:
            return datetime.fromisoformat(said)
        return datetime.now(UTC) + timedelta(seconds=float(said))
