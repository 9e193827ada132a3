"""Hours in which somebody wants no sound, by the clock on their wall; it knows no message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, kw_only=True)
class QuietHours:
    """Every day from one time to another, like 22:00 to 07:00; over midnight where the first is the later one."""

    starts: str
    ends: str
    zone: str = ""

    def until(self, now: datetime) -> datetime | None:
        """Return the instant (UTC) at which the quiet ends that there is now, or None when there is none."""
        zone = zone_of(self.zone)
        today = now.astimezone(zone).date()
        for day in (today - timedelta(days=1), today):
            last = day if self.ends > self.starts else day + timedelta(days=1)
            begins, over = _at(day, self.starts, zone)[0], max(_at(last, self.ends, zone))
            if begins <= now < over:
                return over
        return None


def clock(value: object, what: str) -> str:
    """A time of day as clocks show it, like 22:00."""
    text = str(value or "").strip()
    if not CLOCK.fullmatch(text):
        raise ValueError(f"{what} is not a time of day. Write it like 22:00.")
    return text


def zone_of(name: str) -> ZoneInfo:
    """The time zone of this name; UTC for none, and for one that is not known (any more)."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _at(day: date, told: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants that a clock on a wall may mean: two in an hour that comes twice, when quiet begins at the first and
    ends at the second. What falls into an hour that is left out is as much later."""
    shown = datetime.combine(day, time.fromisoformat(told), zone)
    return shown.astimezone(UTC), shown.replace(fold=1).astimezone(UTC)
