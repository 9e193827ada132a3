"""The first page of the panel: what the last day brought, how things stand now, and what needs a human."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user

from core.domain.audit import AuditEntry
from core.domain.overview import Figure
from core.ports.records import Question
from entrypoints.admin.desk_view import DeskView
from entrypoints.container import App

DAYS = 14
ALIVE = timedelta(seconds=20)


class Dashboard(DeskView):
    """/admin. Every figure is kept, or counted over a range of keys, or of rows that are few."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "Dashboard", endpoint="admin", url="/admin")

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """The figures, and the last acts for who may read the audit."""
        with self._app.uow.reading():
            facts = {**self._happened(), **self._stands(), "sees": self._sees()}
            facts["acts"] = self._last_acts() if self.allows("audit-entries.see") else None
        return render_template("panel/dashboard.html", view=self, **facts, **self._alive())

    def _happened(self) -> dict[str, Any]:
        overview = self._app.overview
        figures = [figure for figure in overview.day() if self._may_see(figure)]
        return {"figures": figures, "days": overview.days(DAYS), "slowest": overview.slowest()}

    def _stands(self) -> dict[str, Any]:
        standings = self._app.schedule_watch.standings()
        return {
            "queues": self._app.overview.queues(),
            "schedules": len(standings),
            "troubled": [one for one in standings if one.needs_a_look],
        }

    def _alive(self) -> dict[str, int]:
        now = self._app.clock.now()
        alive = [sign.role for sign in self._app.life_signs.seen() if sign.at and now - sign.at < ALIVE]
        return {"workers": alive.count("worker"), "schedulers": alive.count("scheduler")}

    def _may_see(self, figure: Figure) -> bool:
        """What counts records that the visitor may not list is not for them either."""
        return figure.kind in self._sees()

    def _sees(self) -> set[str]:
        """The lists that the visitor may open."""
        return {slug for slug, kind in self._app.kinds.items() if current_user.role in kind.roles}

    def _last_acts(self) -> list[dict[str, Any]]:
        fields = ("id", "at", "actor_name", "action", "kind", "record_id", "label")
        rows: list[dict[str, Any]] = self._app.record_store.page(
            AuditEntry, fields, Question(order="id", descending=True), 10
        ).rows
        return rows
