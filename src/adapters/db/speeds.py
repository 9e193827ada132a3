"""How fast vendors deliver, out of what became of their deliveries; it keeps nothing of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, text

from adapters.db.deliveries import deliveries
from adapters.db.engine import Database
from core.domain.kernel.ids import earliest_id
from core.ports.clock import Clock
from core.ports.delivery import Delivery

WINDOW, LATE = timedelta(minutes=15), timedelta(minutes=5)
TOOK_LONGER = "deliveries.changed_at - deliveries.created_at > interval '5 minutes'"
TOOK_LONGER_SQLITE = "julianday(deliveries.changed_at) - julianday(deliveries.created_at) > 5 / 1440.0"


class SqlSpeeds:
    """`core.ports.vendors.Speeds`. Opens a reading block of its own: it is asked between calls, outside of any."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def slow_share(self, vendor: str) -> float | None:
        channel, _, carrier = vendor.partition(":")
        rows, now = deliveries.c, self._clock.now()
        came, waits = rows.state == Delivery.DELIVERED, rows.state == Delivery.SENT
        longer = text(TOOK_LONGER_SQLITE if self._database.is_sqlite else TOOK_LONGER)
        late = (came & longer) | (waits & (rows.created_at < now - LATE))
        counted = select(_number(came), _number(late), _number(came | late)).where(
            rows.id >= earliest_id("dlv", now - WINDOW), rows.channel == channel, rows.carrier == carrier
        )
        with self._database.reading():
            heard, slow, told = self._database.connection.execute(counted).one()
        return slow / told if heard else None


def _number(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
