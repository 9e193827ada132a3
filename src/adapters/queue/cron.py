"""Cron expressions by cronsim; what daylight saving time does to them is decided here, the same for every shape."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

MINUTE = timedelta(minutes=1)


class CronSimCron:
    """`core.ports.cron.Cron`."""

    def check(self, expression: str, zone: str) -> None:
        place = _zone(zone)
        try:
            if len(expression.split()) != 5:
                raise CronSimError("it must have five fields")
            next(CronSim(expression, datetime.now(place)))
        except (CronSimError, StopIteration) as wrong:
            why = str(wrong) or "it never comes due"
            raise ValueError(
                f"The cron expression {expression!r} cannot be used ({why}). Example: 0 16 * * 1-5."
            ) from None

    def next_after(self, expression: str, zone: str, after: datetime) -> datetime:
        local = after.astimezone(_zone(zone))
        try:
            if expression.split()[1] == "*":
                return next(CronSim(expression, local)).astimezone(UTC)
            return next(instant for instant in _instants(expression, local) if instant > after)
        except (CronSimError, StopIteration, IndexError) as wrong:
            raise ValueError(f"The cron expression {expression!r} cannot be read any more.") from wrong

    def words(self, expression: str) -> str:
        return CronSim(expression, datetime.now(UTC)).explain()


def _instants(expression: str, local: datetime) -> Iterator[datetime]:
    """The expression on the wall clock, as instants: several that were skipped together come out as the same one."""
    for wall in CronSim(expression, local.replace(tzinfo=None, fold=0)):
        while _is_skipped(wall, local.tzinfo):
            wall += MINUTE
        yield wall.replace(tzinfo=local.tzinfo).astimezone(UTC)


def _is_skipped(wall: datetime, zone: object) -> bool:
    assert isinstance(zone, ZoneInfo)
    placed = wall.replace(tzinfo=zone)
    return placed.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise ValueError(f"There is no time zone {name!r}. Take one like Europe/Brussels or UTC.") from unknown
