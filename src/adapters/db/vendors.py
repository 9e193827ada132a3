"""What vendors were asked and what it cost, in the database: sums that several processes add to at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    String,
    Table,
    UniqueConstraint,
    delete,
    func,
    literal_column,
    select,
    text,
)

from adapters.db.engine import Database
from adapters.db.repositories import Shelf
from adapters.db.tables import metadata
from adapters.db.types import Exact, Instant, key
from core.domain.vendors import MeteredMinute, Price
from core.ports.metering import CapReached, Refusal

SUMS = tuple(one.name for one in fields(MeteredMinute) if one.type == "int" and one.name != "longest_ms")

metered_minutes = Table(
    "metered_minutes",
    metadata,
    Column("id", key(80), primary_key=True),
    Column("minute", Instant, nullable=False),
    Column("vendor", key(41), nullable=False),
    Column("verb", key(20), nullable=False),
    *(Column(name, BigInteger, nullable=False) for name in (*SUMS, "longest_ms")),
    Column("cost", Exact, nullable=False),
    Column("currency", key(3), nullable=False),
    Column("said", String(300), nullable=False),
    Column("is_failing", Boolean, nullable=False),
)
Index("ix_metered_minutes_minute", metered_minutes.c.minute, metered_minutes.c.id)
prices = Table(
    "prices",
    metadata,
    Column("id", key(), primary_key=True),
    Column("vendor", key(41), nullable=False),
    Column("verb", key(20), nullable=False),
    Column("country", key(2), nullable=False),
    Column("unit", String(40), nullable=False),
    Column("price", Exact, nullable=False),
    Column("currency", key(3), nullable=False),
    Column("note", String(200), nullable=False),
    Column("declared", Exact),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("vendor", "verb", "country"),
)
spending = Table(
    "vendor_spending",
    metadata,
    Column("day", Date, primary_key=True),
    Column("account", key(60), primary_key=True),
    Column("amount", Exact, nullable=False),
)
refusals = Table(
    "vendor_refusals",
    metadata,
    Column("day", Date, primary_key=True),
    Column("cap", key(60), primary_key=True),
    Column("sentence", String(500), nullable=False),
)
COLUMNS = tuple(metered_minutes.c.keys())
ENTITIES = {MeteredMinute: metered_minutes, Price: prices}


class SqlMinutes:
    """`core.ports.metering.Minutes` on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._add, self._spend = self._adding(), self._spending()

    def add(self, minutes: Sequence[MeteredMinute]) -> None:
        if minutes:
            rows = [{name: getattr(one, name) for name in COLUMNS} for one in minutes]
            self._database.connection.execute(self._add, rows)

    def since(self, instant: datetime) -> list[MeteredMinute]:
        minutes = metered_minutes.c
        wanted = select(MeteredMinute).where(minutes.id >= _key(instant)).order_by(minutes.id)
        return list(self._database.session.scalars(wanted))

    def hours(self, since: datetime) -> list[MeteredMinute]:
        minutes = metered_minutes.c
        hour = func.substr(minutes.id, 1, 13).label("hour")
        sums = [func.sum(minutes[name]).label(name) for name in SUMS]
        rest = (func.max(minutes.longest_ms).label("longest_ms"), func.sum(minutes.cost, type_=Exact).label("cost"))
        by = (hour, minutes.vendor, minutes.currency)
        wanted = select(*by, *sums, *rest).where(minutes.id >= f"{since:%Y-%m-%dT%H}").group_by(*by).order_by(*by)
        return [_summed(row) for row in self._database.connection.execute(wanted).mappings()]

    def last_failures(self, since: datetime) -> list[MeteredMinute]:
        minutes = metered_minutes.c
        last = select(func.max(minutes.id)).where(minutes.id >= _key(since), minutes.said != "")
        wanted = select(MeteredMinute).where(minutes.id.in_(last.group_by(minutes.vendor)))
        return list(self._database.session.scalars(wanted))

    def spend(self, day: date, amounts: Mapping[str, Decimal]) -> None:
        rows = [{"day": day, "account": account, "amount": amounts[account]} for account in sorted(amounts)]
        if rows:
            self._database.connection.execute(self._spend, rows)

    def spent(self, day: date, accounts: Sequence[str]) -> dict[str, Decimal]:
        of_day = (spending.c.day == day) & spending.c.account.in_(accounts)
        rows = self._database.connection.execute(select(spending.c.account, spending.c.amount).where(of_day))
        return {row.account: row.amount for row in rows}

    def refuse(self, day: date, told: CapReached) -> bool:
        row = {"day": day, "cap": told.cap[:60], "sentence": told.sentence[:500]}
        new = self._database.insert(refusals).values(row).on_conflict_do_nothing().returning(refusals.c.cap)
        return self._database.connection.execute(new).first() is not None

    def refusals(self, day: date) -> list[Refusal]:
        wanted = select(refusals).where(refusals.c.day == day).order_by(refusals.c.cap)
        return [Refusal(**row) for row in self._database.connection.execute(wanted).mappings()]

    def remove_before(self, instant: datetime, most: int) -> int:
        minutes = metered_minutes.c
        oldest = select(minutes.id).where(minutes.id < _key(instant)).order_by(minutes.id).limit(most)
        for table in (spending, refusals):
            self._database.connection.execute(delete(table).where(table.c.day < instant.date()))
        gone = delete(metered_minutes).where(minutes.id.in_(oldest))
        return self._database.connection.execute(gone).rowcount

    def _adding(self) -> Any:
        """Sums grow, the longest stays, and whoever writes last knows how the last call went."""
        new = self._database.insert(metered_minutes)
        kept, given = metered_minutes.c, new.excluded
        grown = {name: kept[name] + given[name] for name in SUMS}
        grown["cost"] = literal_column("metered_minutes.cost") + literal_column("excluded.cost")
        grown["longest_ms"] = text("CASE WHEN excluded.longest_ms > metered_minutes.longest_ms THEN"
                                   " excluded.longest_ms ELSE metered_minutes.longest_ms END")  # fmt: skip
        grown["said"] = text("CASE WHEN excluded.said <> '' THEN excluded.said ELSE metered_minutes.said END")
        grown["is_failing"] = given.is_failing
        return new.on_conflict_do_update(index_elements=["id"], set_=grown)

    def _spending(self) -> Any:
        new = self._database.insert(spending)
        grown = {"amount": literal_column("vendor_spending.amount") + literal_column("excluded.amount")}
        return new.on_conflict_do_update(index_elements=["day", "account"], set_=grown)


class SqlPrices(Shelf):
    """`core.ports.metering.Prices`."""

    def all(self) -> list[Price]:
        return list(self._database.session.scalars(select(Price).order_by(prices.c.id)))

    def add(self, price: Price) -> None:
        self._add(price)


def _key(instant: datetime) -> str:
    """What the ids of minutes begun at this instant or later do not come before."""
    begun = instant.replace(second=0, microsecond=0)
    return f"{begun if begun == instant else begun + timedelta(minutes=1):%Y-%m-%dT%H:%M}"


def _summed(row: Mapping[str, Any]) -> MeteredMinute:
    values = {name: int(row[name]) for name in (*SUMS, "longest_ms")}
    begun = datetime.fromisoformat(f"{row['hour']}:00+00:00")
    return MeteredMinute(
        id=row["hour"], minute=begun, vendor=row["vendor"], verb="", cost=row["cost"], currency=row["currency"],
        **values,
    )  # fmt: skip
