"""The timetable desk: every schedule with its next and last runs and how it stands, and a look ahead while editing."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user

from core.domain.kernel.errors import Invalid
from core.domain.records import Record
from entrypoints import policies
from entrypoints.admin.desk_view import DeskView
from entrypoints.container import App
from entrypoints.languages import N_, told, weekday

ACTIONS = ("run now", "paused", "resumed")
DONE = {
    "run now": N_("%(name)s is run now, besides its timetable."), "paused": N_("%(name)s is paused."),
    "resumed": N_("%(name)s is resumed."),
}  # fmt: skip


class TimetableDesk(DeskView):
    """/admin/timetable. What it does to a schedule, it does as the list of schedules does, by the same permissions."""

    needs = "schedules.see"

    def __init__(self, app: App) -> None:
        super().__init__(app, "Timetable", endpoint="admin_timetable", url="/admin/timetable")

    @property
    def record(self) -> Record:
        """The declaration of schedules as far as it is for the visitor's role."""
        declared: Record = self._app.kinds["schedules"]
        return declared.for_role(current_user.role)

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Every schedule, those that need a look first."""
        with self._app.uow.reading():
            standings = self._app.schedule_watch.standings()
        return self._show("panel/timetable.html", standings=standings, actions=self.record.actions)

    @expose("/act/", methods=("POST",))
    def act(self) -> ResponseReturnValue:
        """Run a schedule now, pause or resume it."""
        name, action = request.form.get("id", ""), request.form.get("action", "")
        if action not in ACTIONS:
            raise Invalid({"action": "Run a schedule now, pause it or resume it: nothing else is done here."})
        with self._app.uow.transaction():
            self._app.records.act(self.record, action, name, current_user.user)
        flash(told(DONE[action]) % {"name": name}, "success")
        return redirect(self.at(_anchor=name), 303)

    @expose("/edit/", methods=("GET", "POST"))
    @policies.panel("schedules.change")
    def edit(self) -> ResponseReturnValue:
        """The form of a schedule with its look ahead; what is posted here is looked at and not saved."""
        with self._app.uow.reading():
            shown = self._app.records.show(self.record, request.values.get("id", ""))
        values = {one.name: request.form.get(one.name, shown.row[one.name]) for one in self.record.form}
        known = {"seen": shown.seen, "was": self.record.base(shown.row)}
        kept = {name: request.form[name] for name in known if name in request.form}
        ahead = self._ahead(str(values.get("cron", "")), str(values.get("zone", "")))
        return self._show("panel/timetable_edit.html", shown=shown, values=values, **ahead, **(known | kept))

    @expose("/preview/")
    def preview(self) -> ResponseReturnValue:
        """The look ahead by itself, for a form that is being typed into."""
        return self._show(
            "panel/_preview.html", **self._ahead(request.args.get("cron", ""), request.args.get("zone", ""))
        )

    def local(self, instant: datetime, zone: str) -> str:
        """An instant as the clocks of a zone show it; as UTC where the zone has gone."""
        try:
            there = instant.astimezone(ZoneInfo(zone))
        except (KeyError, ValueError, OSError):
            return f"{weekday(instant)} {instant:%Y, %H:%M} UTC"
        utc = "" if there.utcoffset() == instant.utcoffset() else f" ({instant:%H:%M} UTC)"
        return f"{weekday(there)} {there:%Y, %H:%M}{utc}"

    def _ahead(self, cron: str, zone: str) -> dict[str, Any]:
        try:
            in_words, coming = self._app.timetable.preview(cron.strip(), zone.strip())
        except Invalid as wrong:
            return {"in_words": "", "coming": [], "zone": "UTC", "wrong": " ".join(wrong.fields.values())}
        return {"in_words": in_words, "coming": coming, "zone": zone.strip(), "wrong": ""}

    def _show(self, template: str, **facts: Any) -> str:
        return render_template(template, view=self, record=self.record, **facts)
