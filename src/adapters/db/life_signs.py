"""Beats and progress in rows of their own, each written by itself, so that no task's locks can hide them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, text, update

from adapters.db.engine import Database
from adapters.db.tables import workers
from adapters.db.types import Instant
from core.ports.clock import Clock
from core.ports.queue import LifeSign, Progress

REPORT = text(
    """INSERT INTO task_progress (task_id, done, total, message, at) VALUES (:task_id, :done, :total, :message, :at)
    ON CONFLICT (task_id) DO UPDATE SET done = :done, total = :total, message = :message, at = :at"""
).bindparams(bindparam("at", type_=Instant))


class SqlLifeSigns:
    """`core.ports.queue.LifeSigns` on SQLite and PostgreSQL."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def enter(self, worker: str, host: str, pid: int, *, role: str = "worker", birth: str = "") -> None:
        row = {"id": worker, "role": role, "beat": 0, "doing": [], "host": host, "pid": pid, "birth": birth}
        with self._database.apart() as connection:
            connection.execute(insert(workers), {**row, "at": self._clock.now()})

    def beat(self, worker: str, doing: Sequence[str]) -> bool:
        return self._say(worker, beat=workers.c.beat + 1, doing=list(doing))

    def last_words(self, worker: str, doing: Sequence[str]) -> None:
        self._say(worker, role="ended", doing=list(doing))

    def leave(self, worker: str) -> None:
        with self._database.apart() as connection:
            connection.execute(delete(workers).where(workers.c.id == worker))

    def seen(self) -> list[LifeSign]:
        with self._database.apart() as connection:
            rows = connection.execute(select(workers).order_by(workers.c.id)).all()
        return [
            LifeSign(
                worker=row.id,
                role=row.role,
                beat=row.beat,
                doing=tuple(row.doing),
                host=row.host,
                pid=row.pid,
                birth=row.birth,
                at=row.at,
            )
            for row in rows
        ]

    def _say(self, worker: str, **said: Any) -> bool:
        with self._database.apart() as connection:
            told = update(workers).where(workers.c.id == worker).values(**said, at=self._clock.now())
            return connection.execute(told).rowcount == 1

    def report(self, task_id: str, progress: Progress) -> None:
        if self._database.is_sqlite and self._database.in_transaction():
            return  # one writer: a report from inside would wait for itself
        values = {
            "task_id": task_id,
            "done": progress.done,
            "total": progress.total,
            "message": progress.message[:500],
            "at": self._clock.now(),
        }
        with self._database.apart() as connection:
            connection.execute(REPORT, values)
