"""Metering, plugged in: how calls of vendors are counted, what may be spent on them, and who looks after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, field_validator

from adapters.db.vendors import ENTITIES, SqlMinutes, SqlPrices
from core.domain.kernel.personal import Impersonal
from core.domain.kernel.roles import ADMINS, READERS, Permission
from core.domain.vendors import (
    Bookkeeper,
    Books,
    BooksUpkeep,
    Caps,
    Roster,
    SpendGuard,
    Tariff,
    VendorDesk,
    VendorWatch,
)
from core.ports.metering import CapReached, Purse
from core.ports.vendors import Call, Meter

if TYPE_CHECKING:
    from entrypoints.container import App

__all__ = ["ENTITIES", "MARKED", "NOTES", "PARTS", "PERMISSIONS", "PERSONAL", "Settings"]
COUNTRIES = "US,CA,GB,IE,DE,AT,CH,FR,BE,NL,LU,IT,ES,PT,DK,SE,NO,FI,PL,CZ,AU,NZ"


class CapSettings(BaseModel):
    """What may be spent in a day (UTC, US dollars), and where SMS and calls may go (ISO 3166, commas between)."""

    vendor_a_day: Decimal = Field(default=Decimal(50), ge=0, le=1_000_000)
    user_a_day: Decimal = Field(default=Decimal(5), ge=0, le=1_000_000)
    countries: str = COUNTRIES

    @field_validator("countries")
    @classmethod
    def _countries(cls, given: str) -> str:
        names = [name.strip().upper() for name in given.split(",") if name.strip()]
        if not all(len(name) == 2 and name.isascii() and name.isalpha() for name in names):
            raise ValueError("it must be countries of two letters with commas between, like US,DE")
        return ",".join(names)


class Settings(BaseModel):
    """Caps on what vendors may cost."""

    caps: CapSettings = CapSettings()


def _roster(app: App) -> Roster:
    channels = app.settings.channels
    return {channel: [f"{channel}:{name}" for name in app.settings.vendors_of(channel)] for channel in channels}


def _caps(app: App) -> Caps:
    from adapters.countries import country_of

    given = app.settings.caps
    return Caps(
        vendor_a_day=given.vendor_a_day, user_a_day=given.user_a_day,
        countries=frozenset(given.countries.split(",")), country_of=country_of,
    )  # fmt: skip


def _purse(app: App) -> Purse:
    """Counts in Redis, and here while it is away; what an account spent before is asked of the database."""
    from adapters.purse import LocalPurse, RedisPurse

    def kept(day: date, account: str) -> Decimal:
        with app.uow.reading():
            spent: Decimal = app.minutes.spent(day, [account]).get(account, Decimal(0))
        return spent

    return RedisPurse(app.quick_redis, LocalPurse(kept, app.clock), kept, app.clock)


def _meter(app: App) -> Meter:
    """Calls are priced and written by the meter's own thread, and the purse hears of it once that is committed."""
    from adapters.metering import BackgroundMeter

    def write(calls: Sequence[Call], refusals: Sequence[CapReached]) -> None:
        page = app.bookkeeper.page(calls, refusals)
        with app.uow.transaction():
            spent = app.books.write(page)
        app.books.settle(page, spent)

    return BackgroundMeter(write)


PARTS = {
    "roster": _roster,
    "caps": _caps,
    "minutes": lambda app: SqlMinutes(app.uow),
    "prices": lambda app: SqlPrices(app.uow),
    "purse": _purse,
    "meter": _meter,
    "tariff": lambda app: Tariff(app.prices, app.uow, app.clock),
    "budget": lambda app: SpendGuard(app.caps, app.tariff, app.purse, app.meter.refused),
    "bookkeeper": lambda app: Bookkeeper(app.tariff, app.caps.country_of),
    "books": lambda app: Books(app.minutes, app.purse, app.outbox, app.clock),
    "books_upkeep": lambda app: BooksUpkeep(app.minutes, app.tariff, app.clock),
    "vendor_desk": lambda app: VendorDesk(app.roster, app.breakers, app.audit),
    "vendor_watch": lambda app: VendorWatch(app.roster, app.breakers, app.minutes, app.clock),
}
MARKED = {"books_upkeep": BooksUpkeep}
NOTES = {"vendors": "vendor_watch"}
PERMISSIONS = (
    Permission(name="vendors.see", part="Vendors", label="See", roles=READERS, reads=True),
    Permission(name="vendors.act", part="Vendors", label="Open and close breakers", roles=ADMINS),
)
PERSONAL = (
    Impersonal(table="metered_minutes", columns=(
        "id minute vendor verb calls done unavailable unanswered rejected broken total_ms to_10 to_20 to_50 to_100 "
        "to_200 to_500 to_1000 to_2000 to_5000 to_10000 to_20000 longer units longest_ms cost currency said is_failing"
    )),
    Impersonal(table="prices",
               columns="id vendor verb country unit price currency note declared created_at updated_at"),
    Impersonal(table="vendor_spending", columns="day account amount"),
    Impersonal(table="vendor_refusals", columns="day cap sentence"),
)  # fmt: skip
