"""`GET /api/v1/rates` and `/api/v1/rates/convert`: exchange rates for programs, in decimals that are text."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import orjson
from flask import Blueprint, Response, request
from pydantic import BaseModel, Field

from core.domain.kernel.errors import Invalid
from core.domain.rates import Conversion, Sheet
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.answers import OPTIONS, json_answer
from entrypoints.web.api.described import describe

DAY = "A day like 2026-11-24; the rates are of the last working day until then. The newest ones when left out."
NO_RATES = {404: "There are no rates of that day or before."}
KEPT = "public, max-age=60"


class RatesOut(BaseModel):
    """What one unit of the base buys of each currency, as decimal numbers in text."""

    day: date
    base: str
    source: str = Field(description="Who published the rates.")
    fetched_at: datetime
    stale: bool = Field(description="Whether newer rates should have come by now.")
    rates: dict[str, str]


class ConversionOut(BaseModel):
    """An amount in another currency, as decimal numbers in text: nothing here was ever a float."""

    amount: str
    source_currency: str = Field(alias="from")
    target_currency: str = Field(alias="to")
    rate: str = Field(description="To ten digits.")
    result: str = Field(description="Rounded half-even to the currency's smallest unit.")
    day: date
    source: str
    stale: bool


def add_routes(api: Blueprint, app: App) -> None:
    """Put the routes on the API."""

    @api.get("/rates")
    @policies.anyone
    @describe(
        gives={200: RatesOut}, problems=(404, 422, 429, 503), tag="Rates", cached=True, reasons=NO_RATES,
        asks={"base": "The currency that is counted in; EUR when left out.", "day": DAY},
    )  # fmt: skip
    def show_rates() -> Response:
        """Read the exchange rates of a day.

        They are reference rates of the euro, published on working days about 16:00 in Frankfurt; rates for another
        base are worked out from them. `source` says who published them.
        """
        with app.uow.reading():
            sheet = app.rates.sheet(_day(), request.args.get("base", "EUR"))
        return _told(_rates(sheet, stale=app.rates.is_stale(sheet)))

    @api.get("/rates/convert")
    @policies.anyone
    @describe(
        gives={200: ConversionOut}, problems=(404, 422, 429, 503), tag="Rates", cached=True, reasons=NO_RATES,
        asks={
            "amount": "A number like 12.50, not negative. Required.", "from": "A currency like EUR. Required.",
            "to": "A currency like USD. Required.", "day": DAY,
        },
    )  # fmt: skip
    def convert() -> Response:
        """Convert an amount.

        The result is exact until it is rounded, half-even, to the smallest unit of the currency asked for.
        """
        asked = [request.args.get(name, "") for name in ("amount", "from", "to")]
        with app.uow.reading():
            found = app.rates.convert(*asked, _day())
        return _told(_conversion(found, stale=app.rates.is_stale(found.sheet)))


def _day() -> date | None:
    given = request.args.get("day")
    try:
        return date.fromisoformat(given) if given is not None else None
    except ValueError:
        raise Invalid({"day": "The day must be like 2026-11-24."}) from None


def _told(resource: dict[str, Any]) -> Response:
    body = orjson.dumps(resource, option=OPTIONS, default=str)
    answer = json_answer(body, headers={"Cache-Control": KEPT})
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _rates(sheet: Sheet, *, stale: bool) -> dict[str, Any]:
    """Return a day's rates exactly as the API shows them; decimals are text, so that nobody reads them as floats."""
    return {
        "day": sheet.day,
        "base": sheet.base,
        "source": sheet.source,
        "fetched_at": sheet.fetched_at,
        "stale": stale,
        "rates": {currency: format(rate, "f") for currency, rate in sheet.rates.items()},
    }


def _conversion(found: Conversion, *, stale: bool) -> dict[str, Any]:
    """Return a conversion exactly as the API shows it."""
    return {
        "amount": format(found.amount, "f"),
        "from": found.source,
        "to": found.target,
        "rate": format(found.rate, "f"),
        "result": format(found.result, "f"),
        "day": found.sheet.day,
        "source": found.sheet.source,
        "stale": stale,
    }
