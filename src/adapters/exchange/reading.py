"""How any source's words become rates: what does not look like a day, a currency or a rate is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from core.domain.kernel.errors import Unavailable
from core.ports.exchange import DayRates

CURRENCY = re.compile(r"[A-Z]{3}")
RATE = re.compile(r"[0-9]{1,10}(\.[0-9]{1,8})?")
MOST = 200
"""More currencies than there are."""
FIRST = date(1999, 1, 4)
"""The first day the euro had rates."""


def sheet(day: str, pairs: Iterable[tuple[str, str]], source: str) -> DayRates:
    """Return the rates of a day. Raises `Unavailable` when any of it cannot be what it should be."""
    try:
        rates = {_currency(name): _rate(text) for name, text in pairs}
        found = date.fromisoformat(day)
    except ValueError as wrong:
        raise unreadable(source, str(wrong)) from None
    if not 0 < len(rates) <= MOST:
        raise unreadable(source, f"{len(rates)} currencies")
    return DayRates(day=found, rates=rates, source=source)


def unreadable(source: str, why: str) -> Unavailable:
    """The failure to raise for an answer that makes no sense."""
    return Unavailable(f"{source} answered something that cannot be read as rates ({why[:100]}). Nothing was changed.")


def working_days(last: date) -> int:
    """About how many days with rates there are, from the first one to `last`."""
    return max(1, (last - FIRST) // timedelta(days=7) * 5)


def _currency(name: str) -> str:
    if not CURRENCY.fullmatch(name):
        raise ValueError(f"currency {name[:20]!r}")
    return name


def _rate(text: str) -> Decimal:
    if not RATE.fullmatch(text) or not (rate := Decimal(text)):
        raise ValueError(f"rate {text[:20]!r}")
    return rate
