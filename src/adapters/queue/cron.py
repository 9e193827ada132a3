"""Cron expressions by cronsim, which is right about daylight saving time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError


class CronSimCron:
    """`core.ports.cron.Cron`."""

    def check(self, expression: str, zone: str) -> None:
        try:
            CronSim(expression, datetime.now(_zone(zone)))
        except CronSimError as wrong:
            raise ValueError(
                f"The cron expression {expression!r} cannot be read ({wrong}). Example: 0 16 * * 1-5."
            ) from wrong

    def next_after(self, expression: str, zone: str, after: datetime) -> datetime:
        return next(CronSim(expression, after.astimezone(_zone(zone)))).astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise ValueError(f"There is no time zone {name!r}. Take one like Europe/Brussels or UTC.") from unknown
