"""Where it is kept who wants to be told of what. Every method acts in the open transaction or reading block."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.domain.watches import Watch


class Watches(Protocol):
    """Who wants to be told of the end of a task."""

    def add(self, watch: Watch) -> None:
        """Keep a new one."""
        ...

    def get(self, watch_id: str) -> Watch:
        """Return one. Raises `NotFound`."""
        ...

    def is_watched_by(self, task_id: str, user_id: str) -> bool:
        """Whether this user waits for the end of this task already."""
        ...

    def number(self, task_id: str) -> int:
        """How many want to be told of a task."""
        ...

    def are_due(self) -> bool:
        """Whether the task of anybody who was not told yet has ended."""
        ...

    def ended(self, most: int) -> Sequence[Watch]:
        """Up to `most` who were not told yet and whose task has ended, oldest first, held in this transaction."""
        ...

    def remove_before(self, instant: datetime) -> int:
        """Remove those from before an instant; return how many."""
        ...
