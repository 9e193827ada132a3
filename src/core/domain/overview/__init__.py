"""How things stand: figures with their trend, schedules that need a look, and the report of every morning."""

from core.domain.overview.figures import Figure, Overview
from core.domain.overview.report import DAILY_REPORT, DailyReport
from core.domain.overview.standing import Ran, ScheduleWatch, Standing

__all__ = ["DAILY_REPORT", "DailyReport", "Figure", "Overview", "Ran", "ScheduleWatch", "Standing"]
