"""Who wants to be told of what, in the database; who was told already costs the look for the others nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Select, String, Table, delete, func, select, text

from adapters.db.repositories import Shelf
from adapters.db.tables import metadata, tasks
from adapters.db.types import Instant, key
from core.domain.tasks import ENDED
from core.domain.watches import Watch

task_watches = Table(
    "task_watches",
    metadata,
    Column("id", key(), primary_key=True),
    Column("task_id", key(), nullable=False, index=True),
    Column("title", String(200), nullable=False),
    Column("link", String(500), nullable=False),
    Column("mail", String(254), nullable=False),
    Column("phone", String(20), nullable=False),
    Column("device_id", key(), nullable=False, server_default=""),
    Column("user_id", key(), nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False, index=True),
    Column("told_at", Instant),
)
Index("ix_task_watches_open", task_watches.c.id,
      postgresql_where=text("told_at IS NULL"), sqlite_where=text("told_at IS NULL"))  # fmt: skip
ENTITIES = {Watch: task_watches}


class SqlWatches(Shelf):
    """`core.ports.watches.Watches`."""

    def add(self, watch: Watch) -> None:
        self._add(watch)

    def get(self, watch_id: str) -> Watch:
        return self._get(Watch, watch_id, "watch")

    def is_watched_by(self, task_id: str, user_id: str) -> bool:
        theirs = (task_watches.c.task_id == task_id) & (task_watches.c.user_id == user_id)
        return self._database.session.execute(select(task_watches.c.id).where(theirs)).first() is not None

    def number(self, task_id: str) -> int:
        counted = select(func.count()).select_from(task_watches).where(task_watches.c.task_id == task_id)
        return int(self._database.session.execute(counted).scalar_one())

    def are_due(self) -> bool:
        return self._database.session.execute(_due(task_watches.c.id).limit(1)).first() is not None

    def ended(self, most: int) -> Sequence[Watch]:
        held = _due(Watch).order_by(task_watches.c.id).limit(most).with_for_update(skip_locked=True, of=task_watches)
        return list(self._database.session.scalars(held))

    def remove_before(self, instant: datetime) -> int:
        return self._execute(delete(task_watches).where(task_watches.c.created_at < instant))


def _due(what: Any) -> Select[Any]:
    """Those not told yet whose task has ended."""
    has_ended = select(tasks.c.id).where(tasks.c.id == task_watches.c.task_id, tasks.c.state.in_(ENDED)).exists()
    return select(what).where(task_watches.c.told_at.is_(None), has_ended)
