"""Where exchange rates are kept. Every method acts in the transaction or reading block its thread has open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.domain.rates import ExchangeRate


class ExchangeRates(Protocol):
    """What one euro bought of each currency, day by day."""

    def keep(self, rates: Sequence[ExchangeRate]) -> None:
        """Keep rates, in one step; those of a day and currency that is kept already take their place."""
        ...

    def newest(self, day: date | None = None) -> list[ExchangeRate]:
        """The rates of the newest day there is, not after `day`, by currency; empty when there is none."""
        ...

    def series(self, currency: str, since: date) -> list[tuple[date, Decimal]]:
        """One currency's rates since a day, oldest first."""
        ...
