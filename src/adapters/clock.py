"""The wall clock of this machine."""

from datetime import UTC, datetime, timedelta


class SystemClock:
    """`core.ports.clock.Clock` by the operating system."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SetClock:
    """A clock that stands where it was put, for tests and for trying things out."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant

    def pass_by(self, **how_long: float) -> None:
        """Let time pass: `clock.pass_by(minutes=5)`."""
        self.instant += timedelta(**how_long)
