"""When a cron expression comes due; no word of any library."""

from datetime import datetime
from typing import Protocol


class Cron(Protocol):
    """Reads cron expressions (five fields, Vixie's dialect) in a time zone of the IANA database."""

    def check(self, expression: str, zone: str) -> None:
        """Raise ValueError with a sentence when the expression or the zone cannot be read."""
        ...

    def next_after(self, expression: str, zone: str, after: datetime) -> datetime:
        """Return the first due instant after `after`, UTC. A skipped local hour runs late, a repeated one once."""
        ...
