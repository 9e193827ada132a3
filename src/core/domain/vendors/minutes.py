"""Calls of vendors summed up by the minute: how many, how they ended, how long they took, what they cost."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.ports.vendors import Call, Outcome

BOUNDS = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
"""Milliseconds up to which the steps of the histogram reach; the last step has no end."""
STEPS = (*(f"to_{bound}" for bound in BOUNDS), "longer")
CHARGED = (Outcome.DONE, Outcome.UNANSWERED, Outcome.BROKEN)
"""What may have been carried out is reckoned as if it was."""
LONGEST_WORDS = 300


@dataclass(eq=False, kw_only=True)
class MeteredMinute:
    """One vendor's calls of one verb that ended within a minute, which `minute` begins.

    The id names minute, vendor, verb and currency, so ids sort by time. `to_10` to `longer` count calls by how many
    milliseconds they took. `said` are the words of its last failure; `is_failing`: the last call of all failed.
    """

    id: str
    minute: datetime
    vendor: str
    verb: str
    calls: int = 0
    done: int = 0
    unavailable: int = 0
    unanswered: int = 0
    rejected: int = 0
    broken: int = 0
    total_ms: int = 0
    longest_ms: int = 0
    to_10: int = 0
    to_20: int = 0
    to_50: int = 0
    to_100: int = 0
    to_200: int = 0
    to_500: int = 0
    to_1000: int = 0
    to_2000: int = 0
    to_5000: int = 0
    to_10000: int = 0
    to_20000: int = 0
    longer: int = 0
    units: int = 0
    cost: Decimal = Decimal(0)
    currency: str
    said: str = ""
    is_failing: bool = False

    def __str__(self) -> str:
        return f"{self.vendor} {self.verb}, {self.minute:%Y-%m-%d %H:%M}"

    @property
    def failures(self) -> int:
        """Calls for which the vendor is to blame: a rejected number is the caller's."""
        return self.unavailable + self.unanswered + self.broken

    def count(self, call: Call, cost: Decimal) -> None:
        """Add one call."""
        taken, step = round(call.seconds * 1000), STEPS[bisect_left(BOUNDS, call.seconds * 1000)]
        self.calls += 1
        self.total_ms += taken
        self.longest_ms = max(self.longest_ms, taken)
        self.cost += cost
        self.units += call.units if call.outcome in CHARGED else 0
        for name in (str(call.outcome), step):
            setattr(self, name, getattr(self, name) + 1)
        self.is_failing = is_failure(call.outcome)
        if self.is_failing:
            self.said = (call.said or "It said nothing.")[:LONGEST_WORDS]


def is_failure(outcome: Outcome) -> bool:
    """Whether the vendor is to blame."""
    return outcome not in (Outcome.DONE, Outcome.REJECTED)


def minute_of(call: Call, currency: str, begun: dict[str, MeteredMinute]) -> MeteredMinute:
    """The minute that a call belongs to: one of those that were begun, or a new one of them, with nothing counted."""
    key = f"{call.at.isoformat()[:16]} {call.vendor} {call.verb} {currency}"
    if key not in begun:
        start = call.at.replace(second=0, microsecond=0)
        begun[key] = MeteredMinute(id=key, minute=start, vendor=call.vendor, verb=call.verb, currency=currency)
    return begun[key]


def percentile(minutes: Iterable[MeteredMinute], share: float) -> int | None:
    """So many milliseconds or less took this share of the calls, read from the histogram; None without any call."""
    minutes = list(minutes)
    steps = [sum(getattr(one, step) for one in minutes) for step in STEPS]
    longest = max((one.longest_ms for one in minutes), default=0)
    return _within(steps, share * sum(steps), longest) if any(steps) else None


def _within(steps: Sequence[int], wanted: float, longest: int) -> int:
    """Straight between the bounds of the step in which it lies; no step ends after the longest call."""
    passed, start = 0, 0
    for number, bound in zip(steps, (*BOUNDS, longest), strict=True):
        if number and passed + number >= wanted:
            end = max(start, min(bound, longest))
            return round(start + (end - start) * (wanted - passed) / number)
        passed, start = passed + number, bound
    return longest
