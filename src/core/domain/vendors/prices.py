"""What vendors charge: declared here, changed in the admin; what an administrator changed wins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from core.domain.kernel import rules
from core.domain.kernel.errors import Failure
from core.domain.kernel.ids import new_id
from core.domain.kernel.money import Money
from core.ports.clock import Clock
from core.ports.metering import Prices
from core.ports.unit_of_work import UnitOfWork

VENDOR = re.compile(r"^[a-z]{1,20}:[a-z0-9-]{1,20}$")
VERB = re.compile(r"^[a-z_]{1,20}$")
COUNTRY = re.compile(r"^[A-Z]{2}$")
HIGHEST = Decimal(1000)
CURRENCY = "USD"
"""In which all these vendors list their prices, and so the one in which caps are counted."""
FRESH = timedelta(seconds=30)
"""So long may it take until every process knows a changed price."""


@dataclass(eq=False, kw_only=True)
class Price:
    """What a vendor charges for one unit of a verb: to numbers of a country (ISO 3166), or to all others.

    `declared` is what the code said when it was written; a price that still is that follows the code.
    """

    id: str
    vendor: str
    verb: str
    country: str = ""
    unit: str = ""
    price: Decimal
    currency: str = CURRENCY
    note: str = ""
    declared: Decimal | None = None
    created_at: datetime
    updated_at: datetime

    def __str__(self) -> str:
        return f"{self.vendor} {self.verb}{f' to {self.country}' if self.country else ''}"

    def check(self) -> None:
        """Clean the fields or raise `Invalid` with a sentence for each that is wrong."""
        listed = rules.Checklist()
        listed.take("vendor", _like, self.vendor, VENDOR, "The vendor is a channel and a name, like sms:twilio.")
        listed.take("verb", _like, self.verb, VERB, "The verb is one small word, like send.")
        self.country = self.country.strip().upper()
        if self.country:
            listed.take("country", _like, self.country, COUNTRY, "A country is two letters, like DE; empty is all.")
        self.unit = listed.take("unit", rules.one_line, self.unit, "The unit", 40) or ""
        listed.take("price", _amount, self.price)
        listed.take("currency", rules.choice, self.currency, "The currency", (CURRENCY,))
        self.note = listed.take("note", rules.one_line, self.note, "The note", 200, required=False) or ""
        listed.close()


def _like(value: str, shape: re.Pattern[str], sentence: str) -> str:
    if not shape.match(value):
        raise ValueError(sentence)
    return value


def _amount(price: Decimal) -> Decimal:
    if not 0 <= price <= HIGHEST:
        raise ValueError(f"A price for one unit is between 0 and {HIGHEST:,}.")
    return price


@dataclass(frozen=True)
class Declared:
    """A price in the code."""

    vendor: str
    verb: str
    country: str
    unit: str
    price: str
    note: str = ""


DECLARED = (
    # https://www.twilio.com/en-us/sms/pricing/us, November 2026; carriers' fees (some 0.003) come on top
    Declared("sms:twilio", "send", "US", "part", "0.0083", "Without the carriers' fees."),
    Declared("sms:twilio", "send", "CA", "part", "0.0083", "Without the carriers' fees."),
    # Elsewhere it differs by country, up to some 0.11 in those that are allowed by default: the safe side is taken.
    Declared("sms:twilio", "send", "", "part", "0.11", "The dearest of many: set those you send to."),
    # https://www.twilio.com/en-us/voice/pricing/us, November 2026
    Declared("calls:twilio", "call", "US", "minute", "0.014"),
    Declared("calls:twilio", "call", "CA", "minute", "0.014"),
    Declared("calls:twilio", "call", "", "minute", "0.2", "The dearest of many: set those you call."),
    # https://aws.amazon.com/sns/sms-pricing/, November 2026
    Declared("sms:sns", "send", "US", "part", "0.00645", "Without the carriers' fees."),
    Declared("sms:sns", "send", "", "part", "0.11", "The dearest of many: set those you send to."),
    # https://aws.amazon.com/sns/pricing/, November 2026: 0.50 a million
    Declared("push:sns", "send", "", "push", "0.0000005"),
    # https://aws.amazon.com/ses/pricing/, November 2026: 0.10 a thousand
    Declared("mail:ses", "send", "", "mail", "0.0001"),
    # https://mapsplatform.google.com/pricing/, November 2026: 5.00 a thousand, after a free share a month
    Declared("geocoder:google", "locate", "", "question", "0.005"),
    Declared("geolocation:google", "locate", "", "question", "0.005"),
)
"""List prices. Who is not here (SMTP, Nominatim, Web Push, what stays on this machine) charges nothing."""


LISTED = {(one.vendor, one.verb, one.country): Decimal(one.price) for one in DECLARED}


class Tariff:
    """Tells what a call costs; it reads the prices again when half a minute has passed."""

    def __init__(self, prices: Prices, uow: UnitOfWork, clock: Clock) -> None:
        self._prices, self._uow, self._clock = prices, uow, clock
        self._known = LISTED
        self._read_at: datetime | None = None

    def of(self, vendor: str, verb: str, country: str = "") -> Money:
        """The price of one unit to a country, or to all others; nothing for who charges nothing."""
        known = self._fresh()
        found = known.get((vendor, verb, country), known.get((vendor, verb, ""), Decimal(0)))
        return Money(found, CURRENCY)

    def dearest(self, vendor: str, country: str = "") -> Money:
        """The highest price that a unit of any verb has with this vendor, to a country or to all others."""
        verbs = {verb for name, verb, _ in self._fresh() if name == vendor}
        return max((self.of(vendor, verb, country) for verb in verbs), default=Money(Decimal(0), CURRENCY))

    def declare(self) -> int:
        """Have what the code declares in the table, where no administrator changed it; return how many changed.

        Acts in the open transaction.
        """
        kept = {(one.vendor, one.verb, one.country): one for one in self._prices.all()}
        return sum(self._declare(one, kept.get((one.vendor, one.verb, one.country))) for one in DECLARED)

    def _declare(self, one: Declared, kept: Price | None) -> bool:
        price, now = Decimal(one.price), self._clock.now()
        if kept is None:
            self._prices.add(Price(
                id=new_id("prc", now), vendor=one.vendor, verb=one.verb, country=one.country, unit=one.unit,
                price=price, note=one.note, declared=price, created_at=now, updated_at=now,
            ))  # fmt: skip
            return True
        if kept.price != kept.declared or kept.price == price:
            return False
        kept.price, kept.declared, kept.updated_at = price, price, now
        return True

    def _fresh(self) -> dict[tuple[str, str, str], Decimal]:
        now = self._clock.now()
        if self._read_at is None or not self._read_at <= now < self._read_at + FRESH:
            self._read_at = now
            self._learn()
        return self._known

    def _learn(self) -> None:
        """What was known stands when the database is away."""
        try:
            with self._uow.reading():
                kept = {(one.vendor, one.verb, one.country): one.price for one in self._prices.all()}
        except Failure:
            return
        self._known = {**LISTED, **kept}
