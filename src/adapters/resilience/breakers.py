"""Breakers kept in this process: the twin of the shared ones in tests, and what they fall back on without Redis."""

from __future__ import annotations

import math
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from core.domain.kernel.errors import Unavailable
from core.ports.clock import Clock
from core.ports.vendors import Breaker, Position

LAST = 20
LONGEST_REST = 300.0
"""Seconds. A vendor that asks for an hour is tried again sooner: it may have said it of one customer only."""
LONGEST_SAID = 300


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A breaker opens after so many `failures` in a row, or when so many of a process's last 20 calls failed; it rests
    so many seconds before one call may try. Who is to try has `lease` seconds, then somebody else is."""

    failures: int = 5
    failures_of_last: int = 10
    rest: float = 10.0
    lease: float = 60.0

    def rest_after(self, retry_after: float | None) -> float:
        """How long a breaker rests that opens now."""
        return min(LONGEST_REST, max(self.rest, retry_after or 0.0))


class Recent:
    """How the last calls of each vendor went in this process, a bit each: 1 is a failure."""

    def __init__(self, rule: Rule) -> None:
        self._rule, self._bits = rule, defaultdict[str, int](int)

    def add(self, vendor: str, failed: int) -> None:
        """Note one call."""
        self._bits[vendor] = (self._bits[vendor] << 1 | failed) & ((1 << LAST) - 1)

    def is_bad(self, vendor: str) -> bool:
        """Whether too many of them failed."""
        return self._bits[vendor].bit_count() >= self._rule.failures_of_last

    def forget(self, vendor: str) -> None:
        """Begin anew."""
        self._bits.pop(vendor, None)


@dataclass
class State:
    """One breaker: `until` it rests and `probing` somebody tries are monotonic seconds, nought for not at all."""

    failures: int = 0
    until: float = 0.0
    probing: float = 0.0
    held: str = ""
    said: str = ""


@dataclass
class MemoryBreakers:
    """`core.ports.vendors.Breakers` for one process."""

    clock: Clock
    rule: Rule = Rule()
    _states: dict[str, State] = field(default_factory=lambda: defaultdict(State))
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._recent = Recent(self.rule)

    def all(self, vendors: Sequence[str]) -> list[Breaker]:
        return [shown(vendor, self._states[vendor], self.clock) for vendor in vendors]

    def hold_open(self, vendor: str) -> None:
        self._states[vendor].held = Position.OPEN

    def hold_closed(self, vendor: str) -> None:
        self._states[vendor].held = Position.CLOSED

    def reset(self, vendor: str) -> None:
        self._recent.forget(vendor)
        self._states.pop(vendor, None)

    def admit(self, vendor: str) -> None:
        state, now = self._states[vendor], time.monotonic()
        with self._turn:
            if state.held == Position.CLOSED or (not state.until and not state.held):
                return
            if state.held or now < max(state.until, state.probing):
                raise refusal(vendor, state)
            state.probing = now + self.rule.lease

    def spare(self, vendor: str) -> None:
        self._states[vendor].probing = 0.0

    def mark_well(self, vendor: str) -> None:
        self._recent.add(vendor, 0)
        state = self._states[vendor]
        if state.failures:
            self._recent.forget(vendor) if state.until else None
            self._states[vendor] = State(held=state.held)

    def mark_failed(self, vendor: str, said: str, retry_after: float | None = None) -> None:
        self._recent.add(vendor, 1)
        state, now = self._states[vendor], time.monotonic()
        with self._turn:
            state.failures, state.said = state.failures + 1, said[:LONGEST_SAID]
            is_bad = state.failures >= self.rule.failures or self._recent.is_bad(vendor) or state.until
            if is_bad and state.until <= now:
                state.until, state.probing = now + self.rule.rest_after(retry_after), 0.0


def shown(vendor: str, state: State, clock: Clock) -> Breaker:
    """A breaker as people see it."""
    rest = state.until - time.monotonic()
    position = Position.CLOSED if not state.until else Position.OPEN if rest > 0 else Position.HALF_OPEN
    return Breaker(
        vendor=vendor,
        position=Position(state.held) if state.held else position,
        held=bool(state.held),
        until=clock.now() + timedelta(seconds=rest) if rest > 0 and not state.held else None,
        failures=state.failures,
        said=state.said,
    )


def refusal(vendor: str, state: State) -> Unavailable:
    """Why nobody asks this vendor now, and when somebody may."""
    if state.held:
        return Unavailable(f"{vendor} is switched off by an operator. Switch it on with: flask vendors reset {vendor}")
    rest = max(1, math.ceil(max(state.until, state.probing) - time.monotonic()))
    if state.until <= time.monotonic():
        return Unavailable(f"{vendor} is being tried by somebody else after it failed ({state.said})", 1)
    return Unavailable(
        f"{vendor} is not asked for {rest} s, since it failed {state.failures} times ({state.said})", rest
    )
