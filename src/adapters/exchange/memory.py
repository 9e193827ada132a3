"""Rates that a test sets; it knows no network and no disk."""

from collections.abc import Sequence

from core.domain.kernel.errors import Unavailable
from core.ports.exchange import DayRates, History


class MemoryExchange:
    """Gives `days`, newest first. Set `fail_with` to an exception to have every question raise it."""

    def __init__(self, days: Sequence[DayRates] = ()) -> None:
        self.days = list(days)
        self.fail_with: Exception | None = None

    def latest(self) -> DayRates:
        return next(self.history().days)

    def history(self) -> History:
        if self.fail_with is not None:
            raise self.fail_with
        if not self.days:
            raise Unavailable("This exchange was given no days.")
        return History(total=len(self.days), days=iter(self.days))
