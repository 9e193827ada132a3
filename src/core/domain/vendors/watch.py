"""How vendors are getting on: who answers for each channel just now, how fast, how often in vain, at what cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from core.domain.kernel.money import Money
from core.domain.kernel.notes import Note
from core.domain.vendors.caps import Caps
from core.domain.vendors.desk import Roster
from core.domain.vendors.minutes import MeteredMinute, percentile
from core.domain.vendors.prices import CURRENCY
from core.ports.clock import Clock
from core.ports.metering import Minutes, Refusal
from core.ports.vendors import Breaker, Breakers, Position

LATELY, DAY, HOUR = timedelta(minutes=15), timedelta(days=1), timedelta(hours=1)
WELL, FAILING, TRIED, NOT_ASKED = "well", "failing", "tried again", "not asked"
ALTERNATIVE, TROUBLED, DOWN = "on an alternative", "troubled", "down"


@dataclass(frozen=True, kw_only=True)
class Rate:
    """How many of so many calls failed."""

    calls: int
    failures: int

    @property
    def share(self) -> float | None:
        """The share that failed; None without any call."""
        return self.failures / self.calls if self.calls else None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One vendor. `p50` and `p95` are milliseconds, of the last 15 minutes; `failed` is its last failure in a day."""

    vendor: str
    breaker: Breaker
    word: str
    lately: Rate
    day: Rate
    p50: int | None
    p95: int | None
    spent: Money
    cap: Money
    failed: MeteredMinute | None

    @property
    def name(self) -> str:
        """The vendor without its channel."""
        return self.vendor.partition(":")[2]

    @property
    def is_asked(self) -> bool:
        """Whether calls come to it at all."""
        return self.breaker.position != Position.OPEN


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One channel with its vendors, best first; `answering` is who is asked first just now, or nobody."""

    name: str
    vendors: Sequence[Standing]

    @property
    def answering(self) -> Standing | None:
        """Who is asked first."""
        return next((one for one in self.vendors if one.is_asked), None)

    @property
    def word(self) -> str:
        """How it stands: well, troubled (somebody fails), on an alternative (the best is not asked), or down."""
        if self.answering is None:
            return DOWN
        if self.answering is not self.vendors[0]:
            return ALTERNATIVE
        return WELL if all(one.word == WELL for one in self.vendors) else TROUBLED


@dataclass(frozen=True, kw_only=True)
class Hour:
    """All calls of one hour that was begun then."""

    begun: datetime
    done: int
    failures: int


class VendorWatch:
    """Tells how vendors stand. Every verb acts in the caller's transaction or reading block."""

    def __init__(self, roster: Roster, breakers: Breakers, minutes: Minutes, clock: Clock) -> None:
        self._roster, self._breakers, self._minutes, self._clock = roster, breakers, minutes, clock

    def channels(self, caps: Caps) -> list[Channel]:
        """Every channel with its vendors."""
        found = {one.vendor: one for one in self._standings(caps)}
        return [
            Channel(name=name, vendors=[found[vendor] for vendor in vendors]) for name, vendors in self._roster.items()
        ]

    def hours(self) -> list[Hour]:
        """The last 24 hours, oldest first; the last one is not over."""
        now = self._clock.now()
        first = now.replace(minute=0, second=0, microsecond=0) - 23 * HOUR
        sums = self._by(self._minutes.hours(first), "minute")
        return [_hour(first + number * HOUR, sums[first + number * HOUR]) for number in range(24)]

    def refusals(self) -> list[Refusal]:
        """The caps that refused something today."""
        return self._minutes.refusals(self._clock.now().date())

    def note(self) -> Note:
        """Say who is not asked and what was refused, for the daily report."""
        resting = [one.vendor for one in self._breakers.all(self._vendors) if one.position != Position.CLOSED]
        refused = [one.cap for one in self.refusals()]
        said = f"Not asked, or only tried: {', '.join(resting)}." if resting else "All are asked as usual."
        if refused:
            said += f" Calls were refused today by: {', '.join(refused)}."
        return Note(label="Vendors", sentence=said, address="vendors/", is_concern=bool(resting or refused))

    @property
    def _vendors(self) -> list[str]:
        return [name for names in self._roster.values() for name in names]

    def _standings(self, caps: Caps) -> Iterable[Standing]:
        now = self._clock.now()
        lately = self._by(self._minutes.since(now - LATELY), "vendor")
        day = self._by(self._minutes.hours(now - DAY), "vendor")
        failed = {one.vendor: one for one in self._minutes.last_failures(now - DAY)}
        spent = self._minutes.spent(now.date(), [f"vendor {name}" for name in self._vendors])
        for breaker in self._breakers.all(self._vendors):
            name, account = breaker.vendor, f"vendor {breaker.vendor}"
            yield Standing(
                vendor=name, breaker=breaker, word=_word(breaker, lately[name]), lately=_rate(lately[name]),
                day=_rate(day[name]), p50=percentile(lately[name], 0.5), p95=percentile(lately[name], 0.95),
                spent=Money(spent.get(account, Decimal(0)), CURRENCY), cap=caps.of(account), failed=failed.get(name),
            )  # fmt: skip

    def _by(self, minutes: Iterable[MeteredMinute], field: str) -> defaultdict[object, list[MeteredMinute]]:
        sorted_out: defaultdict[object, list[MeteredMinute]] = defaultdict(list)
        for one in minutes:
            sorted_out[getattr(one, field)].append(one)
        return sorted_out


def _word(breaker: Breaker, lately: Sequence[MeteredMinute]) -> str:
    if breaker.position == Position.OPEN:
        return NOT_ASKED
    if breaker.position == Position.HALF_OPEN:
        return TRIED
    return FAILING if lately and lately[-1].is_failing else WELL


def _rate(minutes: Sequence[MeteredMinute]) -> Rate:
    return Rate(calls=sum(one.calls for one in minutes), failures=sum(one.failures for one in minutes))


def _hour(begun: datetime, minutes: Sequence[MeteredMinute]) -> Hour:
    return Hour(begun=begun, done=sum(one.done for one in minutes), failures=sum(one.failures for one in minutes))
