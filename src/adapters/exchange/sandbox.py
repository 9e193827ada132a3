"""Real rates of half a year (the ECB's, to 30 October 2026) laid over the present; nobody is asked for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from adapters.exchange.ecb import read_history
from core.ports.clock import Clock
from core.ports.exchange import DayRates, History

FILE = Path(__file__).parent / "sandbox.csv"
DAYS = 130
SOURCE = "sandbox"


class SandboxExchange:
    """`core.ports.exchange.Exchange`. The days are moved by whole weeks, so that working days stay working days.

    `obey` is called first; it raises `Unavailable` when this source was told to fail.
    """

    def __init__(self, clock: Clock, obey: Callable[[], None] = lambda: None) -> None:
        self._clock, self._obey = clock, obey

    def latest(self) -> DayRates:
        self._obey()
        return next(self._moved())

    def history(self) -> History:
        self._obey()
        return History(total=DAYS, days=self._moved())

    def _moved(self) -> Iterator[DayRates]:
        today = self._clock.now().date()
        with FILE.open(encoding="ascii") as lines:
            real = list(read_history(lines))
        weeks = -((real[0].day - today) // timedelta(days=7))
        for one in real:
            day = one.day + timedelta(weeks=weeks)
            if day <= today:
                yield replace(one, day=day, source=SOURCE)
