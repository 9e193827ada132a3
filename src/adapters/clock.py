"""The wall clock of this machine."""

from datetime import UTC, datetime


class SystemClock:
    """`core.ports.clock.Clock` by the operating system."""

    def now(self) -> datetime:
        return datetime.now(UTC)
