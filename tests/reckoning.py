"""Due instants reckoned minute by minute from what the clock on the wall shows; it knows no cron library."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

ZONES = ("Europe/Brussels", "America/New_York", "Australia/Lord_Howe")
"""Forward and back on different days; the last one by half an hour, in the other half of the year."""
BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@cache
def wall_clock(zone: str) -> dict[datetime, datetime]:
    """What the clock on the wall shows, minute by minute, and the first instant at which it does."""
    place, shown = ZoneInfo(zone), {}
    for minute in range(-1440, 367 * 1440):
        instant = BEGIN + minute * MINUTE
        shown.setdefault(instant.astimezone(place).replace(tzinfo=None), instant)
    return shown


def promised(minutes: set[int], hours: set[int], zone: str) -> list[datetime]:
    """The promise in its own words: each wall time of each day once; a skipped one at the first valid instant."""
    shown, found = wall_clock(zone), set()
    for day in range(368):
        for minute in (60 * hour + minute for hour in hours for minute in minutes):
            wall = datetime(2025, 12, 31) + day * DAY + minute * MINUTE  # noqa: DTZ001 – what a wall shows
            while wall not in shown:
                wall += MINUTE
            found.add(shown[wall])
    return sorted(due for due in found if BEGIN < due < END)


def changes(zone: str) -> list[datetime]:
    """The instants of the year at which the clock on the wall is set to another hour."""
    place, hours = ZoneInfo(zone), [BEGIN + number * HOUR / 2 for number in range(365 * 48)]
    return [
        after
        for before, after in pairwise(hours)
        if before.astimezone(place).utcoffset() != after.astimezone(place).utcoffset()
    ]


def runs(due: list[datetime], readings: list[datetime], missed: str, window: timedelta) -> list[datetime]:
    """Which of them run by the policy `missed`, when somebody looks at these readings of a clock, one after the other.

    A clock that goes back shows nothing new. The first reading is when it all began.
    """
    latest, found = readings[0], []
    for now in readings[1:]:
        new = [instant for instant in due if latest < instant <= now]
        if missed == "all":
            found += new
        elif new and (missed == "latest" or now - new[-1] <= window):
            found.append(new[-1])
        latest = max(latest, now)
    return found
