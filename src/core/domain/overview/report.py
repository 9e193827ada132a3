"""The report of every morning: what the last day brought, mailed to the super-admin; it counts nothing itself."""

from __future__ import annotations

from typing import Any

from core.domain.accounts import Accounts
from core.domain.kernel.marks import Effects, every, task
from core.domain.kernel.messages import Fact, MessageClass
from core.domain.overview.figures import Overview
from core.domain.overview.standing import ScheduleWatch
from core.domain.post import PATIENCE, PostRoom, Recipient
from core.domain.tasks import Run
from core.ports.stationery import Channel

DAILY_REPORT = MessageClass(
    name="daily_report",
    label="Daily report",
    tells="What the last day brought and what needs a look, every morning to the super-admin.",
    facts={
        "day": Fact("The day, in words", "Tuesday, 24 November 2026"),
        "needs_a_look": Fact("Whether anything does", True),
        "figures": Fact(
            "The numbers of the day: label, number, before, trend, address",
            [{"label": "messages received", "number": 12, "before": 9, "trend": "+3", "address": "contact-messages/"}],
        ),
        "dead": Fact("How many tasks are dead", 1),
        "slowest": Fact(
            "The slowest tasks: name, task_id, longest, mean, number",
            [{"name": "contact.deliver", "task_id": "tsk_1", "longest": 2.5, "mean": 0.3, "number": 12}],
        ),
        "schedules": Fact("How many schedules there are", 6),
        "troubled": Fact(
            "Those that need a look: schedule.name, word, sentence",
            [{"schedule": {"name": "clean-up"}, "word": "failed", "sentence": "Its last task was dead."}],
        ),
        "notes": Fact(
            "What modules say of themselves: label, sentence, address",
            [{"label": "Spending", "sentence": "Nothing was spent.", "address": "vendors/"}],
        ),
    },
    channels=(Channel.MAIL,),
    chosen_by="super-admin",
)


class DailyReport:
    """Gathers the figures and sends them."""

    def __init__(self, overview: Overview, watch: ScheduleWatch, accounts: Accounts, post: PostRoom) -> None:
        self._overview, self._watch, self._accounts, self._post = overview, watch, accounts, post

    @every("daily-report", "0 7 * * *", missed="latest")
    @task("overview.daily-report", queue="mail", effects=Effects.OUTSIDE, give_up_after=PATIENCE)
    def send(self, run: Run) -> None:
        """Mail the figures of the last 24 hours; each due instant has one task, and its id is the letter's key."""
        with run.start():
            to = [Recipient(mail=one.email, user=one.id) for one in self._accounts.super_admins()[:1]]
            facts = self._facts(run)
            envelopes = [self._post.address(DAILY_REPORT.name, each, facts, run) for each in to]
        sent = [self._post.send(envelope, run) for envelope in envelopes]
        run.settle(sent[0] if sent else None)

    def _facts(self, run: Run) -> dict[str, Any]:
        standings, dead, notes = self._watch.standings(), self._overview.dead(), self._overview.notes()
        troubled = [one for one in standings if one.needs_a_look]
        return {
            "day": f"{run.now():%A, %d %B %Y}".replace(" 0", " "),
            "figures": self._overview.day(),
            "dead": dead,
            "slowest": self._overview.slowest(),
            "troubled": troubled,
            "schedules": len(standings),
            "notes": notes,
            "needs_a_look": bool(troubled or dead or any(note.is_concern for note in notes)),
        }
