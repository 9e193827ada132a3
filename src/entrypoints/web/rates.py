"""The page `/rates`: a day's rates as a table, one currency's course as a chart; it fetches nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from core.domain.kernel.errors import NotFound
from core.domain.rates import BASE, Sheet
from entrypoints import policies
from entrypoints.container import App
from entrypoints.languages import N_, exact, told
from entrypoints.web.home import Door

DOOR = Door("/rates", N_("Rates"), N_("What a euro buys, fetched every day at 16:15 in Brussels."))
SHOWN_DAYS = 120
SOURCES = {
    "ecb": "European Central Bank",
    "frankfurter": "Frankfurter",
    "sandbox": N_("sandbox: real rates of other days, for development"),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One currency of the table; `move` is since the day before, in percent."""

    currency: str
    rate: Decimal
    move: str


def make_pages(app: App) -> Blueprint:
    """Return the blueprint of `/rates`."""
    pages = Blueprint("rates", __name__)

    @pages.get("/rates")
    @policies.anyone
    def show() -> str:
        try:
            with app.uow.reading():
                shown = _shown(app)
        except NotFound as none_yet:
            return render_template("rates.html", sheet=None, sentence=none_yet.sentence)
        return render_template("rates.html", **shown)

    return pages


def _shown(app: App) -> dict[str, Any]:
    sheet: Sheet = app.rates.sheet()
    asked = request.args.get("currency", "USD").upper()
    currency = asked if asked in sheet.rates and asked != BASE else next(one for one in sheet.rates if one != BASE)
    return {
        "sheet": sheet,
        "lines": _lines(sheet, _before(app, sheet)),
        "currency": currency,
        "course": app.rates.series(currency, SHOWN_DAYS)[::-1],
        "source": told(SOURCES.get(sheet.source, sheet.source)),
        "stale": app.rates.is_stale(sheet),
        "age": _age(sheet.day, app.clock.now().date()),
    }


def _before(app: App, sheet: Sheet) -> dict[str, Decimal]:
    try:
        found: Sheet = app.rates.sheet(sheet.day - timedelta(days=1))
    except NotFound:
        return {}
    return found.rates


def _lines(sheet: Sheet, before: dict[str, Decimal]) -> list[Line]:
    return [
        Line(currency=currency, rate=rate, move=_move(rate, before.get(currency)))
        for currency, rate in sheet.rates.items()
        if currency != BASE
    ]


def _move(rate: Decimal, before: Decimal | None) -> str:
    if not before:
        return "–"
    return f"{exact(rate / before * 100 - 100, '+.2f')} %".replace("-", "−")


def _age(day: date, today: date) -> str:
    days = (today - day).days
    return {0: _("of today"), 1: _("of yesterday")}.get(days) or _("%(days)s days old", days=days)
