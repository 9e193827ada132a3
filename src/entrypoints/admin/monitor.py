"""The tasks monitor: how queues and workers go just now, what failed, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.kernel.errors import Invalid
from core.domain.records import Deed, Tally
from core.domain.tasks import State, Task
from core.ports.figures import Pace
from core.ports.queue import Pause, QueueFigures
from core.ports.records import Condition, Question
from entrypoints import policies
from entrypoints.admin.bulk import several
from entrypoints.admin.desk_view import DeskView
from entrypoints.container import App
from entrypoints.languages import told

LATELY = timedelta(minutes=5)
SILENT = timedelta(seconds=20)
FAILED = 10
SHOWN = ("id", "name", "queue", "attempts", "finished_at", "error", "trace")
ACTIONS = ("retried", "discarded")
"""What is done from here to a task that failed; to many it is done from their list."""
STATES = ("dead", "cancelled", "retry", "scheduled", "ready", "running")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One queue as it goes just now."""

    figures: QueueFigures
    pace: Pace
    pause: Pause | None


class Monitor(DeskView):
    """/admin/monitor. It looks at no more than the last 5,000 tasks, and leads to the list of those that one means."""

    needs = "monitor.see"

    def __init__(self, app: App) -> None:
        super().__init__(app, "Monitor", endpoint="admin_monitor", url="/admin/monitor")

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """The page, or only what moves on it."""
        with self._app.uow.reading():
            facts: dict[str, Any] = {"lines": self._lines(), **self._workers()}
            if request.args.get("part") == "live":
                return self._show("panel/_monitor_live.html", **facts)
            facts["failed"] = self._failed() if self.allows("tasks.see") else None
        return self._show("panel/monitor.html", **facts)

    @expose("/queue/", methods=("POST",))
    @policies.panel("monitor.act")
    def queue(self) -> ResponseReturnValue:
        """Pause a queue, or resume it."""
        name, desk = request.form.get("queue", ""), self._app.queue_desk
        if name not in self._names() or request.form.get("do") not in ("pause", "resume"):
            abort(404)
        with self._app.uow.transaction():
            if request.form["do"] == "pause":
                desk.pause(name, str(current_user.user))
            else:
                desk.resume(name)
        paused = request.form["do"] == "pause"
        said = _("The queue %(name)s is paused.") if paused else _("The queue %(name)s is resumed.")
        flash(said % {"name": name}, "success")
        return redirect(self.at(), 303)

    @expose("/act/", methods=("POST",))
    def act(self) -> ResponseReturnValue:
        """Run a task that failed again, or discard it, as its list would."""
        verb, kind = request.form.get("do", ""), self._app.kinds["tasks"].for_role(current_user.role)
        if verb not in ACTIONS:
            raise Invalid({"do": "Run a task again or discard it: nothing else is done here."})
        self._permit(verb)
        with self._app.uow.transaction():
            ids = request.form.getlist("id")[:FAILED]
            tally: Tally = self._app.bulk.carry_out(kind, Deed(verb=verb), ids, current_user.user)
        for sentence in tally.why:
            flash(sentence, "warning")
        if tally.done:
            flash(f"{told(kind.actions[verb].label)}: {several(tally.done, kind)}.", "success")
        return redirect(self.at(), 303)

    def may(self, verb: str) -> bool:
        """Whether the visitor may do this to tasks."""
        return bool(self._app.kinds["tasks"].allows(verb, current_user.role))

    def _permit(self, verb: str) -> None:
        self._app.kinds["tasks"].permit(verb, current_user.role)

    def _names(self) -> list[str]:
        return list(self._app.catalogue.queues())

    def _lines(self) -> list[Line]:
        figures = {one.queue: one for one in self._app.overview.queues()}
        paces = {one.queue: one for one in self._app.figures.paces(self._app.clock.now() - LATELY)}
        paused = self._app.queue_desk.paused()
        return [
            Line(
                figures=figures.get(name, QueueFigures(queue=name)),
                pace=paces.get(name, Pace(queue=name, per_minute=0.0, wait=0.0)),
                pause=paused.get(name),
            )
            for name in sorted({*self._names(), *figures})
        ]

    def _workers(self) -> dict[str, Any]:
        signs = [sign for sign in self._app.life_signs.seen() if sign.at]
        inside = self._app.figures.outcomes(task for sign in signs for task in sign.doing)
        return {"signs": signs, "inside": inside, "now": self._app.clock.now(), "silent": SILENT}

    def _failed(self) -> list[dict[str, Any]]:
        dead = (Condition(field="state", test="is", value=State.DEAD),)
        question = Question(order="id", descending=True, conditions=dead)
        rows: list[dict[str, Any]] = self._app.record_store.page(Task, SHOWN, question, FAILED).rows
        return rows

    def _show(self, template: str, **facts: Any) -> str:
        choices = {"queues": self._names(), "names": self._app.catalogue.known(), "states": STATES}
        return render_template(template, view=self, **choices, **facts)
