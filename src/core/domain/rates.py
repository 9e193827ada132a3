"""Exchange rates of the euro: fetched daily, doubted when they look wrong, and used to convert; it knows no source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from itertools import islice
from typing import Any

from core.domain.kernel.errors import Invalid, NotFound, Rejected
from core.domain.kernel.marks import Effects, every, task
from core.domain.kernel.notes import Note
from core.domain.tasks import Outbox, Run
from core.ports.clock import Clock
from core.ports.exchange import DayRates, Exchange
from core.ports.rates import ExchangeRates
from core.ports.unit_of_work import UnitOfWork

BASE = "EUR"
LARGEST_JUMP = "0.2"
"""A currency that moves by more than this share between two fetches is doubted, and the whole answer with it."""
FRESH_DAYS = 3
"""Rates that so many working days have passed since are stale: holidays at Easter and Christmas last two."""
BATCH_DAYS = 100
AMOUNT = re.compile(r"[0-9]{1,18}(\.[0-9]{1,10})?")
WHOLE = ("ISK", "JPY", "KRW")
"""Currencies without a smaller unit (ISO 4217)."""
NONE_YET = (
    "There are no exchange rates yet. They are fetched every day; fetch them now: flask schedule run exchange-rates"
)


@dataclass(eq=False, kw_only=True)
class ExchangeRate:
    """What one euro bought of a currency on a day. The id is `<day>-<currency>`, so ids sort by day."""

    id: str
    day: date
    currency: str
    rate: Decimal
    source: str
    fetched_at: datetime

    def __str__(self) -> str:
        return f"{self.currency} of {self.day}"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The rates of one day as they are shown; `rates` has the base as well, at 1."""

    day: date
    base: str
    source: str
    fetched_at: datetime
    rates: dict[str, Decimal]

    def is_stale(self, today: date) -> bool:
        """Whether more working days have passed than any holiday explains."""
        passed = ((self.day + timedelta(days=number)).weekday() for number in range(1, (today - self.day).days + 1))
        return sum(1 for weekday in islice(passed, 30) if weekday < 5) > FRESH_DAYS


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """An amount in another currency: `result` is rounded half-even to the smallest unit, `rate` to ten digits."""

    amount: Decimal
    source: str
    target: str
    rate: Decimal
    result: Decimal
    sheet: Sheet


class Rates:
    """Tells rates and converts by them. Every verb acts in the caller's reading block."""

    def __init__(self, kept: ExchangeRates, clock: Clock) -> None:
        self._kept, self._clock = kept, clock

    def sheet(self, day: date | None = None, base: str = BASE) -> Sheet:
        """Return the newest rates, of `day` or before. Raises `NotFound` when there are none, `Invalid` for `base`."""
        rows = self._kept.newest(day)
        if not rows:
            raise NotFound(f"There are no rates of {day} or before. Ask for a later day." if day else NONE_YET)
        rates = {BASE: Decimal(1)} | {row.currency: row.rate for row in rows}
        one = rates[_known("base", base, rates)]
        with localcontext(prec=10):
            based = {currency: rate / one if base != BASE else rate for currency, rate in sorted(rates.items())}
        return Sheet(day=rows[0].day, base=base, source=rows[0].source, fetched_at=rows[0].fetched_at, rates=based)

    def convert(self, amount: str, source: str, target: str, day: date | None = None) -> Conversion:
        """Convert an amount, written like 12.50. Raises `Invalid` naming each field, `NotFound` without rates."""
        sheet = self.sheet(day)
        wrong = {}
        if not AMOUNT.fullmatch(amount):
            wrong["amount"] = "The amount must be a number like 12.50, with at most 18 digits before the point."
        for field, currency in (("from", source), ("to", target)):
            if currency not in sheet.rates:
                wrong[field] = _unknown(currency, sheet.rates)
        if wrong:
            raise Invalid(wrong)
        return _converted(Decimal(amount), source, target, sheet)

    def series(self, currency: str, days: int) -> list[tuple[date, Decimal]]:
        """The rates of a currency over the last so many days, oldest first."""
        return self._kept.series(currency, self._clock.now().date() - timedelta(days=days))

    def is_stale(self, sheet: Sheet) -> bool:
        """Whether these rates are older than they should be."""
        return sheet.is_stale(self._clock.now().date())

    def note(self) -> Note:
        """Say how old the rates are, for the daily report."""
        label, address = "Exchange rates", "exchange-rates/"
        try:
            sheet = self.sheet()
        except NotFound:
            return Note(label=label, sentence="There are none yet.", address=address)
        stale = self.is_stale(sheet)
        said = f"They are of {sheet.day}{', older than they should be' if stale else ''}."
        return Note(label=label, sentence=said, address=address, is_concern=stale)


class RateDesk:
    """Fetches rates and keeps them, unless they look wrong: then yesterday's stay, and somebody is told."""

    def __init__(self, kept: ExchangeRates, exchange: Exchange, outbox: Outbox, uow: UnitOfWork) -> None:
        self._kept, self._exchange, self._outbox, self._uow = kept, exchange, outbox, uow

    @every("exchange-rates", "15 16 * * *", zone="Europe/Brussels", missed="latest", at_once=True)
    @task("rates.fetch", effects=Effects.OUTSIDE)
    def fetch(self, run: Run, largest_jump: str = LARGEST_JUMP) -> None:
        """Fetch the newest rates and keep them. The first ever bring the history after them.

        An answer older than what is kept, of a day to come, or with a jump of more than `largest_jump`, is refused:
        the task ends dead, which mails the super-admin.
        """
        with run.start():
            before = self._kept.newest()
        answer = self._exchange.latest()
        doubt(answer, before, run.now().date(), Decimal(largest_jump))
        told = {"day": answer.day.isoformat(), "source": answer.source, "currencies": len(answer.rates)}
        run.settle({**told, "largest_move": _largest_move(before, answer)}, lambda: self._keep(answer, run))

    @task("rates.import-history", effects=Effects.OUTSIDE, limit=900.0, attempts=5)
    def import_history(self, run: Run) -> None:
        """Keep every day the source has, a hundred in a transaction; to repeat it changes nothing."""
        with run.start():
            pass
        history, done = self._exchange.history(), 0
        for days in _batches(history.days):
            rows = [row for day in days for row in _rows(day, run.now())]
            with self._uow.transaction():
                self._kept.keep(rows)
            done += len(days)
            run.progress(done, max(done, history.total), f"at {days[-1].day}")
        run.progress(done, done, "every day is kept")
        run.settle({"days": done})

    def _keep(self, answer: DayRates, run: Run) -> None:
        is_first = not self._kept.newest()
        self._kept.keep(_rows(answer, run.now()))
        if is_first:
            self._outbox.enqueue("rates.import-history", {}, dedupe_key="rates.import-history")


def doubt(answer: DayRates, before: list[ExchangeRate], today: date, largest_jump: Decimal) -> None:
    """Raise `Rejected` for an answer that must not replace what is kept."""
    if answer.day > today + timedelta(days=1):
        raise Rejected(f"{answer.source} gave rates of {answer.day}, a day to come. Nothing was changed.")
    if before and answer.day < before[0].day:
        raise Rejected(f"{answer.source} gave rates of {answer.day}; those of {before[0].day} are kept and stay.")
    missing = {row.currency for row in before} - answer.rates.keys()
    if len(missing) * 2 > len(before):
        raise Rejected(
            f"{answer.source} gave rates without {len(missing)} of the {len(before)} currencies that are kept. "
            "Nothing was changed. Look at what the source says, or choose another."
        )
    for currency, move in _moves(before, answer):
        if abs(move) > largest_jump:
            raise Rejected(
                f"{answer.source} says that {currency} moved by {move:+.1%} since {before[0].day}. "
                "No rate was changed. "
                f"If it is true, keep it with: flask rates fetch --largest-jump {abs(move) + Decimal('0.01'):.2f}"
            )


def _moves(before: list[ExchangeRate], answer: DayRates) -> Iterator[tuple[str, Decimal]]:
    for row in before:
        if row.currency in answer.rates:
            yield row.currency, answer.rates[row.currency] / row.rate - 1


def _largest_move(before: list[ExchangeRate], answer: DayRates) -> str:
    currency, move = max(_moves(before, answer), key=lambda found: abs(found[1]), default=("", Decimal(0)))
    return f"{currency} {move:+.2%}" if currency else "none: there were no rates before"


def _rows(day: DayRates, now: datetime) -> list[ExchangeRate]:
    return [
        ExchangeRate(
            id=f"{day.day}-{currency}", day=day.day, currency=currency, rate=rate, source=day.source, fetched_at=now
        )
        for currency, rate in day.rates.items()
    ]


def _batches(days: Iterable[DayRates]) -> Iterator[list[DayRates]]:
    days = iter(days)
    while batch := list(islice(days, BATCH_DAYS)):
        yield batch


def _converted(amount: Decimal, source: str, target: str, sheet: Sheet) -> Conversion:
    with localcontext(prec=60):
        exact = amount * sheet.rates[target] / sheet.rates[source]
        result = exact.quantize(Decimal(1) if target in WHOLE else Decimal("0.01"), ROUND_HALF_EVEN)
    with localcontext(prec=10):
        rate = sheet.rates[target] / sheet.rates[source]
    return Conversion(amount=amount, source=source, target=target, rate=rate, result=result, sheet=sheet)


def _known(field: str, currency: str, rates: dict[str, Any]) -> str:
    if currency not in rates:
        raise Invalid({field: _unknown(currency, rates)})
    return currency


def _unknown(currency: str, rates: dict[str, Any]) -> str:
    return f"There is no rate for {currency[:10]!r}. Take one of: {', '.join(sorted(rates))}."
