"""Exchange rates in the database: many at once in one statement, found by day through their ids."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import orjson
from sqlalchemy import Column, Date, String, Table, UniqueConstraint, bindparam, select, text

from adapters.db.engine import Database
from adapters.db.tables import metadata
from adapters.db.types import Exact, Instant, key
from core.domain.rates import ExchangeRate

exchange_rates = Table(
    "exchange_rates",
    metadata,
    Column("id", key(14), primary_key=True),
    Column("day", Date, nullable=False),
    Column("currency", key(3), nullable=False),
    Column("rate", Exact, nullable=False),
    Column("source", String(20), nullable=False),
    Column("fetched_at", Instant, nullable=False),
    UniqueConstraint("currency", "day"),
)
ENTITIES = {ExchangeRate: exchange_rates}

KEEP = """INSERT INTO exchange_rates (id, day, currency, rate, source, fetched_at)
    SELECT given.id, given.day, given.currency, given.rate, given.source, :now FROM {given} WHERE true
    ON CONFLICT (id) DO UPDATE SET rate = excluded.rate, source = excluded.source, fetched_at = excluded.fetched_at"""
SQLITE = """(SELECT json_extract(value, '$.id') AS id, json_extract(value, '$.day') AS day,
    json_extract(value, '$.currency') AS currency, json_extract(value, '$.rate') AS rate,
    json_extract(value, '$.source') AS source FROM json_each(:given)) AS given"""
POSTGRES = """json_to_recordset(CAST(:given AS json))
    AS given(id text, day date, currency text, rate bigint, source text)"""


class SqlExchangeRates:
    """`core.ports.rates.ExchangeRates`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        statement = KEEP.format(given=SQLITE if database.is_sqlite else POSTGRES)
        self._keep = text(statement).bindparams(bindparam("now", type_=Instant))

    def keep(self, rates: Sequence[ExchangeRate]) -> None:
        if rates:
            given = {row.id: _plain(row) for row in rates}
            bound = {"given": orjson.dumps(list(given.values())).decode(), "now": rates[0].fetched_at}
            self._database.connection.execute(self._keep, bound)

    def newest(self, day: date | None = None) -> list[ExchangeRate]:
        ids = exchange_rates.c.id
        until = select(ids).order_by(ids.desc()).limit(1)
        last = self._database.session.scalars(until.where(ids < _next(day)) if day else until).first()
        if last is None:
            return []
        same_day = (ids >= last[:10]) & (ids < _next(date.fromisoformat(last[:10])))
        return list(self._database.session.scalars(select(ExchangeRate).where(same_day).order_by(ids)))

    def series(self, currency: str, since: date) -> list[tuple[date, Decimal]]:
        rates = exchange_rates.c
        wanted = (rates.currency == currency) & (rates.day >= since)
        found = self._database.connection.execute(select(rates.day, rates.rate).where(wanted).order_by(rates.day))
        return [(row.day, row.rate) for row in found]


def _next(day: date) -> str:
    """What the ids of later days do not come before; a minus comes before every digit."""
    return f"{day + timedelta(days=1)}" if day < date.max else "9999-12-32"


def _plain(row: ExchangeRate) -> dict[str, object]:
    return {
        "id": row.id, "day": row.day.isoformat(), "currency": row.currency, "rate": Exact.scaled(row.rate),
        "source": row.source,
    }  # fmt: skip
