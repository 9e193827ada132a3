"""When a cron expression comes due; no word of any library."""

from datetime import datetime
from typing import Protocol


class Cron(Protocol):
    """Reads cron expressions (five fields, Vixie's dialect) in a time zone of the IANA database."""

    def check(self, expression: str, zone: str) -> None:
        """Raise ValueError with a sentence when the expression or the zone cannot be read, or never comes due."""
        ...

    def next_after(self, expression: str, zone: str, after: datetime) -> datetime:
        """Return the first due instant after `after`, UTC.

        Where the clocks go forward, what was due within the skipped time is due at the first valid instant, once; where
        they go back, the repeated time counts once. Only an hour field of `*` means real time: every hour, whatever
        it is called.
        """
        ...

    def words(self, expression: str) -> str:
        """Return the expression as people say it, like "At 16:15 on Monday through Friday"."""
        ...
