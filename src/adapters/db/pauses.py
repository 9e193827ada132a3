"""Paused queues in SQL: a row each, which the ledger's claim and the sweeper look for."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from adapters.db.engine import Database
from adapters.db.tables import paused_queues
from core.domain.kernel.errors import Conflict
from core.ports.clock import Clock
from core.ports.queue import Pause


class SqlPauses:
    """`core.ports.queue.Pauses` on SQLite and PostgreSQL."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def all(self) -> dict[str, Pause]:
        rows = self._database.connection.execute(select(paused_queues).order_by(paused_queues.c.queue))
        return {row.queue: Pause(queue=row.queue, by=row.paused_by, at=row.paused_at) for row in rows}

    def pause(self, queue: str, by: str) -> None:
        if queue in self.all():
            raise Conflict(f"The queue {queue} is paused already.")
        row = {"queue": queue, "paused_by": by[:200], "paused_at": self._clock.now()}
        self._database.connection.execute(insert(paused_queues), row)

    def resume(self, queue: str) -> None:
        gone = self._database.connection.execute(delete(paused_queues).where(paused_queues.c.queue == queue))
        if not gone.rowcount:
            raise Conflict(f"The queue {queue} is not paused.")
