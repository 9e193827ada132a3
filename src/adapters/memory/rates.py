"""Exchange rates in memory, for tests that must be instant."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from adapters.memory.repositories import Shelf
from core.domain.rates import ExchangeRate


class MemoryExchangeRates(Shelf):
    kind = "exchange rate"

    def keep(self, rates: Sequence[ExchangeRate]) -> None:
        self._rows.update({row.id: row for row in rates})

    def newest(self, day: date | None = None) -> list[ExchangeRate]:
        last = max((row.day for row in self._rows.values() if day is None or row.day <= day), default=None)
        return sorted((row for row in self._rows.values() if row.day == last), key=lambda row: str(row.id))

    def series(self, currency: str, since: date) -> list[tuple[date, Decimal]]:
        found = [row for row in self._rows.values() if row.currency == currency and row.day >= since]
        return [(row.day, row.rate) for row in sorted(found, key=lambda row: str(row.id))]


PARTS = {"exchange_rates": MemoryExchangeRates}
