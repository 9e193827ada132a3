"""Frankfurter, an independent service with central banks' rates as JSON (https://frankfurter.dev); it needs no key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from adapters.exchange.reading import FIRST, sheet, unreadable, working_days
from adapters.http import fetch
from core.ports.exchange import DayRates, History

SOURCE = "frankfurter"
LARGEST_DAY, LARGEST_YEAR = 64 * 1024, 1024 * 1024


class FrankfurterRates:
    """`core.ports.exchange.Exchange`."""

    def __init__(self, base: str, timeout: float = 10.0) -> None:
        self._base, self._timeout = base.rstrip("/"), timeout

    def latest(self) -> DayRates:
        found = self._ask("/v1/latest?base=EUR", LARGEST_DAY)
        return _sheet(found.get("date"), found.get("rates"))

    def history(self) -> History:
        newest = self.latest().day
        return History(total=working_days(newest), days=self._years(newest))

    def _years(self, newest: date) -> Iterator[DayRates]:
        """A year at a time: longer spans are thinned out there to a day a week."""
        for year in range(newest.year, FIRST.year - 1, -1):
            days = self._ask(f"/v1/{year}-01-01..{year}-12-31?base=EUR", LARGEST_YEAR).get("rates")
            for day, rates in sorted(_object(days).items(), reverse=True):
                yield _sheet(day, rates)

    def _ask(self, path: str, most: int) -> dict[str, Any]:
        try:
            return _object(json.loads(fetch(self._base + path, most=most, timeout=self._timeout), parse_float=str))
        except (ValueError, RecursionError) as bad:
            raise unreadable(SOURCE, "not JSON") from bad


def _sheet(day: object, rates: object) -> DayRates:
    return sheet(str(day), [(name, str(rate)) for name, rate in _object(rates).items()], SOURCE)


def _object(found: object) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise unreadable(SOURCE, "no object where one should be")
    return found
