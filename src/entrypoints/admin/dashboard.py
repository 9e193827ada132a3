"""The first page of the panel: what came in, what the queues do, and what needs a human."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_login import current_user

from core.domain.accounts import User
from core.domain.audit import AuditEntry
from core.domain.contact import ContactMessage
from core.domain.kernel.ids import earliest_id
from core.ports.records import Condition, Question
from entrypoints.admin import gate
from entrypoints.container import App
from entrypoints.records import ROLES_OF_AUDIT

MOST = 100_000
DAYS = 14
ALIVE = timedelta(seconds=20)


class Dashboard(BaseView):  # type: ignore[misc]
    """/admin. Every figure is a count over a range of keys, or of rows that are few."""

    def __init__(self, app: App) -> None:
        self._app = app
        super().__init__("Dashboard", endpoint="admin", url="/admin")

    def is_accessible(self) -> bool:
        """Whether the visitor may enter the panel at all."""
        return gate.may_enter()

    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:
        """Send strangers to the sign-in page."""
        return gate.turned_away() or ("", 403)

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """The figures, and the last acts for who may read the audit."""
        now = self._app.clock.now()
        with self._app.uow.reading():
            days = self._messages_by_day(now)
            facts = {
                "users": self._app.record_store.number(User, Question(order="id"), MOST),
                "queues": self._app.ledger.figures(),
                "acts": self._last_acts() if current_user.role in ROLES_OF_AUDIT else None,
            }
        alive = [sign for sign in self._app.life_signs.seen() if sign.at and now - sign.at < ALIVE]
        facts["workers"] = sum(sign.role == "worker" for sign in alive)
        facts["schedulers"] = sum(sign.role == "scheduler" for sign in alive)
        return render_template("panel/dashboard.html", view=self, days=days, now=now, **facts)

    def _messages_by_day(self, now: datetime) -> list[tuple[datetime, int]]:
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        begins = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
        return [(day, self._messages_between(day, day + timedelta(days=1))) for day in begins]

    def _messages_between(self, start: datetime, end: datetime) -> int:
        """Counted by id, which begins with the time: a range of the primary key."""
        conditions = (
            Condition(field="id", test="from", value=earliest_id("msg", start)),
            Condition(field="id", test="before", value=earliest_id("msg", end)),
        )
        number: int = self._app.record_store.number(ContactMessage, Question(order="id", conditions=conditions), MOST)
        return number

    def _last_acts(self) -> list[dict[str, Any]]:
        fields = ("id", "at", "actor_name", "action", "kind", "record_id", "label")
        rows: list[dict[str, Any]] = self._app.record_store.page(
            AuditEntry, fields, Question(order="id", descending=True), 10
        ).rows
        return rows
