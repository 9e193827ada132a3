"""Who wants to be told of what, in memory, for tests that must be instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.memory.repositories import Shelf
from adapters.memory.store import find
from core.domain.tasks import ENDED
from core.domain.watches import Watch


class MemoryWatches(Shelf):
    """`core.ports.watches.Watches`."""

    kind = "watch"

    def add(self, watch: Watch) -> None:
        self._rows[watch.id] = watch

    def get(self, watch_id: str) -> Watch:
        found: Watch = find(self._rows, watch_id, self.kind)
        return found

    def is_watched_by(self, task_id: str, user_id: str) -> bool:
        return any((watch.task_id, watch.user_id) == (task_id, user_id) for watch in self._rows.values())

    def number(self, task_id: str) -> int:
        return sum(watch.task_id == task_id for watch in self._rows.values())

    def are_due(self) -> bool:
        return bool(self.ended(1))

    def ended(self, most: int) -> Sequence[Watch]:
        tasks = self._store.shelf("task")
        ended = {key for key, task in tasks.items() if task.state in ENDED}
        due = [one for one in self._rows.values() if one.told_at is None and one.task_id in ended]
        return sorted(due, key=lambda one: str(one.id))[:most]

    def remove_before(self, instant: datetime) -> int:
        return self._remove(lambda watch: watch.created_at < instant)


PARTS = {"watches": MemoryWatches}
