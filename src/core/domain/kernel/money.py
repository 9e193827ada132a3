"""Money: an exact amount in a currency, never a float; it knows no price, and cannot be changed into another one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from core.domain.kernel.errors import Conflict

CURRENCY = re.compile(r"^[A-Z]{3}$")
PLACES = 8
"""Digits behind the point: an SMS costs 0.0083 dollars, a push 0.0000005. Kept as a whole number of that unit."""


@dataclass(frozen=True)
class Money:
    """An amount in a currency (ISO 4217). Raises ValueError for what is none."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not CURRENCY.match(self.currency):
            raise ValueError(f"{self.currency[:10]!r} is no currency. Write its three letters, like EUR.")
        if not self.amount.is_finite() or self.amount.as_tuple().exponent < -PLACES:  # type: ignore[operator]
            raise ValueError(f"An amount has at most {PLACES} digits behind the point.")

    def __add__(self, other: Money) -> Money:
        self._is_like(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._is_like(other)
        return Money(self.amount - other.amount, self.currency)

    def __mul__(self, number: int) -> Money:
        return Money(self.amount * number, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._is_like(other)
        return self.amount < other.amount

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{plain(self.amount)} {self.currency}"

    def _is_like(self, other: Money) -> None:
        if self.currency != other.currency:
            raise Conflict(f"{self} and {other} cannot be reckoned together. Keep them in one currency.")


def plain(amount: Decimal) -> str:
    """An amount with two digits behind the point, or with all it has when those are more: 5.00, 0.0083."""
    exact = amount.normalize()
    places = max(2, -int(exact.as_tuple().exponent))
    return f"{exact:,.{places}f}"
