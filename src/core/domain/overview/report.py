"""The report of every morning: what the last day brought, mailed to the super-admin; it counts nothing itself."""

from __future__ import annotations

from typing import Any

from core.domain.accounts import Accounts
from core.domain.kernel.marks import Effects, every, task
from core.domain.overview.figures import Overview
from core.domain.overview.standing import ScheduleWatch
from core.domain.post import PostRoom
from core.domain.tasks import Run


class DailyReport:
    """Gathers the figures and sends them."""

    def __init__(self, overview: Overview, watch: ScheduleWatch, accounts: Accounts, post: PostRoom) -> None:
        self._overview, self._watch, self._accounts, self._post = overview, watch, accounts, post

    @every("daily-report", "0 7 * * *", missed="latest")
    @task("overview.daily-report", queue="mail", effects=Effects.OUTSIDE)
    def send(self, run: Run) -> None:
        """Mail the figures of the last 24 hours; each due instant has one task, and its id is the letter's key."""
        with run.start():
            to, facts = self._accounts.super_admin_addresses()[:1], self._facts()
        facts["day"] = f"{run.now():%A, %d %B %Y}".replace(" 0", " ")
        receipts = [self._post.send("daily_report", address, facts, key=run.key) for address in to]
        run.settle(receipts[0] if receipts else None)

    def _facts(self) -> dict[str, Any]:
        standings = self._watch.standings()
        return {
            "figures": self._overview.day(),
            "dead": self._overview.dead(),
            "slowest": self._overview.slowest(),
            "troubled": [one for one in standings if one.needs_a_look],
            "schedules": len(standings),
            "notes": self._overview.notes(),
        }
