"""Keeps the books of vendors: calls become minutes, costs become spending, refusals are told once a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from core.domain.kernel.marks import every, task
from core.domain.tasks import Outbox, Run
from core.domain.vendors.caps import BY_NUMBER, accounts
from core.domain.vendors.minutes import CHARGED, MeteredMinute, minute_of
from core.domain.vendors.prices import CURRENCY, Tariff
from core.ports.clock import Clock
from core.ports.metering import CapReached, Minutes, Purse
from core.ports.vendors import Call

KEPT = timedelta(days=90)
CLEAN_UP_BATCH = 20_000
Spending = dict[date, dict[str, Decimal]]


@dataclass(frozen=True)
class SpendingRefused:
    """A cap refused a call for the first time on a day; somebody should know."""

    cap: str
    sentence: str


@dataclass(kw_only=True)
class Page:
    """What is to be written into the books together."""

    minutes: dict[str, MeteredMinute] = field(default_factory=dict)
    spending: Spending = field(default_factory=dict)
    unspent: dict[str, Decimal] = field(default_factory=dict)
    refusals: dict[str, CapReached] = field(default_factory=dict)


class Bookkeeper:
    """Sums calls up by what they cost; it writes nothing. `country_of` tells a phone number's country."""

    def __init__(self, tariff: Tariff, country_of: Callable[[str], str]) -> None:
        self._tariff, self._country_of = tariff, country_of

    def page(self, calls: Iterable[Call], refusals: Iterable[CapReached]) -> Page:
        """Return the page that these make."""
        page, price = Page(refusals={one.cap: one for one in refusals}), cache(self._rates)
        for call in calls:
            self._enter(page, call, *price(call.vendor, call.verb, self._country(call)))
        return page

    def _country(self, call: Call) -> str:
        return self._country_of(call.to) if call.to and call.vendor.partition(":")[0] in BY_NUMBER else ""

    def _rates(self, vendor: str, verb: str, country: str) -> tuple[Decimal, Decimal]:
        """What a unit costs, and what was set aside for one."""
        return self._tariff.of(vendor, verb, country).amount, self._tariff.dearest(vendor, country).amount

    def _enter(self, page: Page, call: Call, price: Decimal, aside: Decimal) -> None:
        cost = price * call.units if call.outcome in CHARGED else Decimal(0)
        minute_of(call, CURRENCY, page.minutes).count(call, cost)
        for account in accounts(call.vendor, call.user) if cost or aside else ():
            if cost:
                spent = page.spending.setdefault(call.at.date(), defaultdict(Decimal))
                spent[account] += cost
            if aside != cost:
                page.unspent[account] = page.unspent.get(account, Decimal(0)) + aside - cost


class Books:
    """Writes pages."""

    def __init__(self, minutes: Minutes, purse: Purse, outbox: Outbox, clock: Clock) -> None:
        self._minutes, self._purse, self._outbox, self._clock = minutes, purse, outbox, clock

    def write(self, page: Page) -> dict[str, Decimal]:
        """Keep a page, in the open transaction; return what its accounts have spent today, with it."""
        today = self._clock.now().date()
        self._minutes.add([page.minutes[key] for key in sorted(page.minutes)])  # in one order, or writers deadlock
        for day, amounts in page.spending.items():
            self._minutes.spend(day, amounts)
        for told in page.refusals.values():
            if self._minutes.refuse(today, told):
                self._outbox.publish(SpendingRefused(told.cap, told.sentence))
        spent: Sequence[str] = list(page.spending.get(today, {}))
        return self._minutes.spent(today, spent) if spent else {}

    def settle(self, page: Page, spent: dict[str, Decimal]) -> None:
        """Have the purse count what was kept, once it was."""
        for account, amount in page.unspent.items():
            self._purse.give_back(account, amount)
        self._purse.at_least(spent)


class BooksUpkeep:
    """Forgets what is old, and lays out the prices that the code declares."""

    def __init__(self, minutes: Minutes, tariff: Tariff, clock: Clock) -> None:
        self._minutes, self._tariff, self._clock = minutes, tariff, clock

    @every("vendors", "20 3 * * *", at_once=True)
    @task("vendors.upkeep", queue="upkeep", priority=7)
    def tidy(self, run: Run) -> dict[str, Any]:
        """Forget minutes after 90 days, a batch at a time; write down prices that are new in the code."""
        until, removed, batch = self._clock.now() - KEPT, 0, CLEAN_UP_BATCH
        while batch == CLEAN_UP_BATCH:
            batch = self._minutes.remove_before(until, CLEAN_UP_BATCH)
            removed += batch
        return {"minutes": removed, "prices": self._tariff.declare()}
