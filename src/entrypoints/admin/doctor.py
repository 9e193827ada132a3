"""The doctor's page: what is well, what is not, and what to do, for who may see that; it mends nothing."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_admin import expose

from entrypoints.admin.desk_view import DeskView
from entrypoints.container import App
from entrypoints.doctor import examine, unfit

TONES = {"ok": "good", "warning": "warn", "fault": "bad"}


class DoctorDesk(DeskView):
    """/admin/doctor. It tells how the installation is set up, so it is for super-admins until they let others in."""

    needs = "doctor.see"

    def __init__(self, app: App) -> None:
        super().__init__(app, "Doctor", endpoint="admin_doctor", url="/admin/doctor")

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Everything that was looked at just now."""
        findings = examine(self._app)
        return render_template("panel/doctor.html", view=self, findings=findings, reasons=unfit(findings), tones=TONES)
