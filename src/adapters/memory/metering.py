"""What vendors were asked and what it cost, in memory, for tests that must be instant."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from adapters.memory.repositories import Shelf
from core.domain.kernel.errors import Conflict
from core.domain.vendors import MeteredMinute, Price
from core.ports.metering import CapReached, Refusal

SUMS = ("cost", *(one.name for one in dataclasses.fields(MeteredMinute) if one.type == "int"))


class MemoryMinutes(Shelf):
    """`core.ports.metering.Minutes`."""

    kind = "metered minute"

    def add(self, minutes: Sequence[MeteredMinute]) -> None:
        for one in minutes:
            self._rows[one.id] = _added(self._rows[one.id], one) if one.id in self._rows else one

    def since(self, instant: datetime) -> list[MeteredMinute]:
        return sorted((one for one in self._rows.values() if one.minute >= instant), key=lambda one: str(one.id))

    def hours(self, since: datetime) -> list[MeteredMinute]:
        sums: dict[tuple[str, str], MeteredMinute] = {}
        for one in self.since(since.replace(minute=0, second=0, microsecond=0)):
            hour = one.minute.replace(minute=0)
            bare = dataclasses.replace(one, id=f"{hour:%Y-%m-%dT%H}", minute=hour, verb="", said="", is_failing=False)
            place = (bare.id, one.vendor)
            sums[place] = _added(sums[place], bare) if place in sums else bare
        return [sums[place] for place in sorted(sums)]

    def last_failures(self, since: datetime) -> list[MeteredMinute]:
        return list({one.vendor: one for one in self.since(since) if one.said}.values())

    def spend(self, day: date, amounts: Mapping[str, Decimal]) -> None:
        for account, amount in amounts.items():
            self._spending[day, account] = Spent(self._spent_by(day, account) + amount)

    def spent(self, day: date, accounts: Sequence[str]) -> dict[str, Decimal]:
        return {one: self._spent_by(day, one) for one in accounts if (day, one) in self._spending}

    def refuse(self, day: date, told: CapReached) -> bool:
        is_first = (day, told.cap) not in self._refusals
        self._refusals.setdefault((day, told.cap), Refusal(day=day, cap=told.cap, sentence=told.sentence))
        return is_first

    def refusals(self, day: date) -> list[Refusal]:
        return [one for (of, _), one in sorted(self._refusals.items()) if of == day]

    def remove_before(self, instant: datetime, most: int) -> int:
        for shelf in (self._spending, self._refusals):
            for place in [place for place in shelf if place[0] < instant.date()]:
                del shelf[place]
        old = sorted(one.id for one in self._rows.values() if one.minute < instant)[:most]
        return self._remove(lambda one: one.id in old)

    def _spent_by(self, day: date, account: str) -> Decimal:
        kept = self._spending.get((day, account))
        return kept.amount if kept else Decimal(0)

    @property
    def _spending(self) -> dict[Any, Spent]:
        return self._store.shelf("vendor spending")

    @property
    def _refusals(self) -> dict[Any, Refusal]:
        return self._store.shelf("vendor refusal")


@dataclasses.dataclass
class Spent:
    """What an account spent on a day."""

    amount: Decimal


class MemoryPrices(Shelf):
    """`core.ports.metering.Prices`."""

    kind = "price"

    def all(self) -> list[Price]:
        return sorted(self._rows.values(), key=lambda one: str(one.id))

    def add(self, price: Price) -> None:
        place = (price.vendor, price.verb, price.country)
        if place in [(one.vendor, one.verb, one.country) for one in self._rows.values()]:
            raise Conflict("There is a price for this vendor, verb and country already. Change that one.")
        self._rows[price.id] = price


def _added(kept: MeteredMinute, new: MeteredMinute) -> MeteredMinute:
    grown = {name: getattr(kept, name) + getattr(new, name) for name in SUMS}
    grown["longest_ms"] = max(kept.longest_ms, new.longest_ms)
    return dataclasses.replace(kept, **grown, said=new.said or kept.said, is_failing=new.is_failing)


PARTS = {"minutes": MemoryMinutes, "prices": MemoryPrices}
