"""The post room's books in the database: dispatches, the news of them, and suppressed addresses."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, cast

import orjson
from sqlalchemy import (
    Boolean,
    Column,
    CursorResult,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    delete,
    func,
    select,
    text,
    update,
)

from adapters.db.engine import Database
from adapters.db.tables import metadata
from adapters.db.types import Instant, Json, key, spelled
from core.domain.kernel.errors import NotFound
from core.domain.kernel.ids import earliest_id
from core.domain.post import Dispatch, Slip, Suppression
from core.ports.delivery import Delivery, News

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", key(), primary_key=True),
    Column("kind", String(60), nullable=False),
    Column("channel", key(10), nullable=False),
    Column("recipient", String(2000), nullable=False),
    Column("state", key(10), nullable=False),
    Column("carrier", key(30), nullable=False),
    Column("message_id", key(250), nullable=False),
    Column("units", Integer, nullable=False),
    Column("detail", String(500), nullable=False),
    Column("about", key(), nullable=False),
    Column("task_id", key(), nullable=False),
    Column("key", key(80), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("asked_at", Instant),
    Column("onward", Json),
)
Index("ix_deliveries_message_id", deliveries.c.message_id)
Index("ix_deliveries_recipient", deliveries.c.recipient, deliveries.c.id)

delivery_events = Table(
    "delivery_events",
    metadata,
    Column("carrier", key(30), primary_key=True),
    Column("event_id", key(250), primary_key=True),
    Column("message_id", key(250), nullable=False),
    Column("state", key(10), nullable=False),
    Column("at", Instant, nullable=False),
    Column("detail", String(500), nullable=False),
    Column("is_final_for", String(2000), nullable=False),
    Column("heard_at", Instant, nullable=False, index=True),
    Column("waits", Boolean, nullable=False),
)
Index("ix_delivery_events_waiting", delivery_events.c.message_id,
      postgresql_where=text("waits"), sqlite_where=text("waits"))  # fmt: skip

suppressions = Table(
    "suppressions",
    metadata,
    Column("id", key(), primary_key=True),
    Column("channel", key(10), nullable=False),
    Column("address", String(2000), nullable=False),
    Column("reason", String(500), nullable=False),
    Column("since", Instant, nullable=False),
    UniqueConstraint("channel", "address"),
)
ENTITIES = {Dispatch: deliveries, Suppression: suppressions}

COLUMNS = tuple(one.name for one in fields(Slip))
SUPPRESSED = tuple(one.name for one in fields(Suppression))
CLOSED = """SELECT suppressions.channel, suppressions.address, suppressions.reason FROM {asked}
    JOIN suppressions ON suppressions.channel = asked.channel AND suppressions.address = asked.address"""
ASKED_SQLITE = """(SELECT json_extract(value, '$[0]') AS channel, json_extract(value, '$[1]') AS address
    FROM json_each(:asked)) AS asked"""
ASKED_POSTGRES = """(SELECT value ->> 0 AS channel, value ->> 1 AS address
    FROM json_array_elements(CAST(:asked AS json)) AS each(value)) AS asked"""
FEW, FRESH = 2_000, 3.0
"""So many suppressions are held in memory, and for so many seconds; news of an address is never quicker than that."""
FIRST = ("id", "created_at")
"""What a dispatch keeps when it is handed over once more under the same key."""
KINDS = {"units": "integer", "created_at": "timestamptz", "changed_at": "timestamptz", "asked_at": "timestamptz"}
KEEP = f"""INSERT INTO deliveries ({", ".join(COLUMNS)})
    SELECT {", ".join(f"given.{name}" for name in COLUMNS)} FROM {{given}} WHERE true
    ON CONFLICT (key) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name not in FIRST)}"""
GIVEN_SQLITE = f"""(SELECT {", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in COLUMNS)}
    FROM json_each(:given)) AS given"""
GIVEN_POSTGRES = f"""json_to_recordset(CAST(:given AS json))
    AS given({", ".join(f"{name} {KINDS.get(name, 'text')}" for name in COLUMNS)})"""


class SqlDeliveries:
    """`core.ports.deliveries.Deliveries`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._few: dict[tuple[str, str], str] | None = None
        self._looked = 0.0
        self._closed = text(CLOSED.format(asked=ASKED_SQLITE if database.is_sqlite else ASKED_POSTGRES))
        self._keep = text(KEEP.format(given=GIVEN_SQLITE if database.is_sqlite else GIVEN_POSTGRES))

    def keep(self, slips: Sequence[Slip]) -> None:
        if not slips:
            return
        self._database.connection.execute(self._keep, {"given": orjson.dumps(rows(slips)).decode()})
        for one in slips:
            if one.state == Delivery.BOUNCED:
                self.suppress(Suppression.of(one.channel, one.recipient, one.detail, one.changed_at))

    def of_message(self, key: str) -> list[Dispatch]:
        keys = deliveries.c.key
        of_it = (keys == key) | ((keys > f"{key}.") & (keys < f"{key}/"))
        return list(self._database.session.scalars(select(Dispatch).where(of_it).order_by(keys)))

    def get(self, dispatch_id: str) -> Dispatch:
        return self._found(self._database.session.get(Dispatch, dispatch_id), "delivery", dispatch_id)

    def lock(self, dispatch_id: str) -> Dispatch:
        return self._found(self._held(deliveries.c.id == dispatch_id), "delivery", dispatch_id)

    def carried(self, carrier: str, message_id: str) -> Dispatch | None:
        return self._held((deliveries.c.message_id == message_id) & (deliveries.c.carrier == carrier))

    def silent(self, carriers: Iterable[str], since: datetime, until: datetime, most: int) -> list[Dispatch]:
        """Found by the ids of that span: an index for a question that is asked every few minutes costs each letter."""
        rows = deliveries.c
        span = (rows.id >= earliest_id("dlv", since)) & (rows.id < earliest_id("dlv", until))
        wanted = select(Dispatch).where(span, rows.state == Delivery.SENT, rows.carrier.in_(list(carriers)))
        return list(self._database.session.scalars(wanted.order_by(rows.asked_at.nulls_first(), rows.id).limit(most)))

    def note(self, news: News, now: datetime, *, waits: bool) -> bool:
        row = {"carrier": news.carrier, "event_id": news.event_id[:250], "message_id": news.message_id[:250],
               "state": news.state, "at": news.at, "detail": news.detail[:500], "is_final_for": news.is_final_for,
               "heard_at": now, "waits": waits}  # fmt: skip
        added = self._database.insert(delivery_events).values(**row).on_conflict_do_nothing()
        return bool(cast(CursorResult[Any], self._database.connection.execute(added)).rowcount)

    def waiting(self, carrier: str, message_id: str) -> list[News]:
        rows = delivery_events.c
        mine = rows.waits & (rows.message_id == message_id) & (rows.carrier == carrier)
        told = (rows.carrier, rows.event_id, rows.message_id, rows.state, rows.at, rows.detail, rows.is_final_for)
        found = self._database.connection.execute(
            update(delivery_events).where(mine).values(waits=False).returning(*told)
        )
        return [News(**{**row, "state": Delivery(row["state"])}) for row in found.mappings()]

    def suppressed(self, ways: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        """Looked up in memory while there are few: a message then costs no question of its own."""
        asked, held = tuple(ways), self._held_in_memory()
        if held is not None:
            return {way: held[way] for way in asked if way in held}
        found = self._database.connection.execute(self._closed, {"asked": orjson.dumps(asked).decode()})
        return {(channel, address): reason for channel, address, reason in found}

    def suppress(self, suppression: Suppression) -> None:
        row = {name: getattr(suppression, name) for name in SUPPRESSED}
        self._database.connection.execute(self._database.insert(suppressions).values(**row).on_conflict_do_nothing())
        self._looked = 0.0

    def lift(self, suppression_id: str) -> Suppression:
        found = self._found(self._database.session.get(Suppression, suppression_id), "suppression", suppression_id)
        self._database.session.delete(found)
        self._looked = 0.0
        return found

    def figures(self, since: datetime) -> list[tuple[str, str, int]]:
        rows = deliveries.c
        counted = select(rows.channel, rows.state, func.count()).group_by(rows.channel, rows.state)
        found = self._database.connection.execute(counted.where(rows.id >= earliest_id("dlv", since)))
        return [(channel, state, number) for channel, state, number in found]

    def prune(self, before: datetime, most: int) -> int:
        rows, events = deliveries.c, delivery_events.c
        oldest = select(rows.id).where(rows.id < earliest_id("dlv", before)).order_by(rows.id).limit(most)
        heard = select(events.event_id).where(events.heard_at < before).order_by(events.heard_at).limit(most)
        self._execute(delete(delivery_events).where(events.event_id.in_(heard), events.heard_at < before))
        return self._execute(delete(deliveries).where(rows.id.in_(oldest)))

    def _held_in_memory(self) -> dict[tuple[str, str], str] | None:
        """Every suppressed address, read again once it is three seconds old; None when there are too many."""
        if not self._looked or time.monotonic() - self._looked > FRESH:
            rows = suppressions.c
            every = select(rows.channel, rows.address, rows.reason).limit(FEW + 1)
            found = {(channel, address): why for channel, address, why in self._database.connection.execute(every)}
            self._few, self._looked = found if len(found) <= FEW else None, time.monotonic()
        return self._few

    def _execute(self, statement: Any) -> int:
        return cast(CursorResult[Any], self._database.connection.execute(statement)).rowcount

    def _held(self, condition: Any) -> Dispatch | None:
        wanted = select(Dispatch).where(condition).with_for_update().limit(1)
        return self._database.session.scalars(wanted, execution_options={"populate_existing": True}).one_or_none()

    def _found(self, found: Any, what: str, key: str) -> Any:
        if found is None:
            raise NotFound(f"There is no {what} {key!r}. It may have been deleted; look at the list again.")
        return found


def rows(slips: Sequence[Slip]) -> list[dict[str, Any]]:
    """What `KEEP` is given for slips; of two with the same key the later counts."""
    return list({one.key: _written(one) for one in slips}.values())


def _written(slip: Slip) -> dict[str, Any]:
    row = {name: getattr(slip, name) for name in COLUMNS}
    for name in ("created_at", "changed_at", "asked_at"):
        row[name] = row[name] and spelled(row[name])
    row["onward"] = None if row["onward"] is None else orjson.dumps(row["onward"]).decode()
    return row
