"""How much may be spent in a day, and where messages and calls may go: toll fraud ends here; it knows no vendor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from core.domain.kernel.errors import TooDear
from core.domain.kernel.money import Money
from core.domain.vendors.prices import CURRENCY, Tariff
from core.ports.metering import CapReached, Purse

BY_NUMBER = ("sms", "calls")
"""Channels whose addresses are phone numbers."""


@dataclass(frozen=True, kw_only=True)
class Caps:
    """What may be spent in a day (UTC) with one vendor and for one person, and the countries that may be reached.

    `country_of` tells a phone number's (ISO 3166), or "" when it has none.
    """

    vendor_a_day: Decimal
    user_a_day: Decimal
    countries: frozenset[str]
    country_of: Callable[[str], str]

    def of(self, account: str) -> Money:
        """What an account may spend in a day."""
        return Money(self.user_a_day if account.startswith("user ") else self.vendor_a_day, CURRENCY)


class SpendGuard:
    """`core.ports.vendors.Budget`. `told` is given every refusal, and must neither raise nor wait."""

    def __init__(self, caps: Caps, tariff: Tariff, purse: Purse, told: Callable[[CapReached], None]) -> None:
        self._caps, self._tariff, self._purse, self._told = caps, tariff, purse, told

    def check(self, vendor: str, to: str = "", user: str = "") -> None:
        """Set the price of one unit aside, or raise `TooDear`. Who charges nothing is asked without any counting."""
        country = self._allowed_country(vendor, to)
        price = self._tariff.dearest(vendor, country)
        if not price:
            return
        caps = {account: self._caps.of(account).amount for account in accounts(vendor, user)}
        above = self._purse.take(caps, price.amount)
        if above:
            self._refuse(above, _spent(above, self._caps.of(above)))

    def _allowed_country(self, vendor: str, to: str) -> str:
        """The country of a number that may be reached; "" where nothing goes by numbers."""
        if vendor.partition(":")[0] not in BY_NUMBER or not to:
            return ""
        country = self._caps.country_of(to)
        if country not in self._caps.countries:
            self._refuse(f"country {country or 'unknown'}", _abroad(country))
        return country

    def _refuse(self, cap: str, sentence: str) -> None:
        self._told(CapReached(cap=cap, sentence=sentence))
        raise TooDear(sentence)


def accounts(vendor: str, user: str) -> list[str]:
    """Whose money a call is."""
    return [f"vendor {vendor}", *([f"user {user}"] if user else [])]


def _spent(account: str, cap: Money) -> str:
    kind, _, name = account.partition(" ")
    whose = f"with {name}" if kind == "vendor" else f"for the user {name}"
    return (
        f"The {cap} that may be spent {whose} in a day are used up, so nothing was sent. "
        f"It goes on after midnight UTC; if this is no fraud, raise ENGINEBAY_CAPS__{kind.upper()}_A_DAY."
    )


def _abroad(country: str) -> str:
    where = f"The number is of {country}, which is not among" if country else "The number belongs to none of"
    return (
        f"{where} the countries that may be reached, so nothing was sent. "
        "If this is no fraud, add it to ENGINEBAY_CAPS__COUNTRIES."
    )
