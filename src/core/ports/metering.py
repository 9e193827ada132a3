"""Where calls of vendors are summed up, what they cost, and how much of a day's money is left; it knows no vendor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.domain.vendors import MeteredMinute, Price


@dataclass(frozen=True, kw_only=True)
class CapReached:
    """A call was refused. `cap` names what refused it (`vendor sms:twilio`, `user usr_…`, `country NG`), `sentence`
    says what, why and what next."""

    cap: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """The first refusal by a cap on a day, as it is kept."""

    day: date
    cap: str
    sentence: str


class Minutes(Protocol):
    """What was asked of vendors, minute by minute, and what was spent day by day.

    An account is whose money it is: `vendor sms:twilio` or `user usr_…`. Every method acts in the transaction or
    reading block its thread has open.
    """

    def add(self, minutes: Sequence[MeteredMinute]) -> None:
        """Add these to what is kept of the same vendor, verb and minute; several processes may do so at once."""
        ...

    def since(self, instant: datetime) -> list[MeteredMinute]:
        """Every minute that began at this instant or later, oldest first."""
        ...

    def hours(self, since: datetime) -> list[MeteredMinute]:
        """The minutes of whole hours (UTC) from this instant on, summed up by vendor and hour, oldest first; `minute`
        is the hour's begin, `said` and `is_failing` say nothing."""
        ...

    def last_failures(self, since: datetime) -> list[MeteredMinute]:
        """The newest minute of each vendor from this instant on in which a call failed."""
        ...

    def spend(self, day: date, amounts: Mapping[str, Decimal]) -> None:
        """Add to what these accounts spent on a day."""
        ...

    def spent(self, day: date, accounts: Sequence[str]) -> dict[str, Decimal]:
        """What these accounts spent on a day; nothing where nothing is kept."""
        ...

    def refuse(self, day: date, told: CapReached) -> bool:
        """Keep a refusal; False when this cap has refused on that day already."""
        ...

    def refusals(self, day: date) -> list[Refusal]:
        """The caps that refused on a day, by name."""
        ...

    def remove_before(self, instant: datetime, most: int) -> int:
        """Forget up to `most` minutes that began before then, and what was spent and refused on the days before;
        return how many minutes."""
        ...


class Prices(Protocol):
    """What vendors charge."""

    def all(self) -> list[Price]:
        """Every price that is kept."""
        ...

    def add(self, price: Price) -> None:
        """Keep a new price. Raises `Conflict` (at the latest at the commit) when there is one for the same."""
        ...


class Purse(Protocol):
    """How much accounts have spent today (UTC), counted at once for all processes; it is ahead of `Minutes`."""

    def take(self, caps: Mapping[str, Decimal], amount: Decimal) -> str:
        """Count the amount for each account, or for none when one of them would get above its cap: return that one.

        Atomic over all processes. Raises `Unavailable` when nobody knows what was spent; never waits.
        """
        ...

    def give_back(self, account: str, amount: Decimal) -> None:
        """Take an amount off an account; a negative one is counted on top. Never raises."""
        ...

    def at_least(self, spent: Mapping[str, Decimal]) -> None:
        """Learn what is kept as spent: an account that is counted lower is raised to it. Never raises."""
        ...
