"""The time, asked for and never assumed."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Wall time for records and people; nothing that must be safe compares two machines' walls."""

    def now(self) -> datetime:
        """Return the present instant, UTC-aware, with microseconds."""
        ...
