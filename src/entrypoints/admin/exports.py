"""/admin/exports: the files that somebody asked for, how far they are, and the way to take or to remove them."""

from __future__ import annotations

from urllib.parse import unquote_plus

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_login import current_user

from entrypoints.admin.desk_view import DeskView
from entrypoints.container import App
from entrypoints.proving import ask_again


class ExportsView(DeskView):
    """Everybody sees their own; a super-admin may take any, by the link on its task."""

    def __init__(self, app: App) -> None:
        super().__init__(app, "Exports", endpoint="exports", url="/admin/exports")

    @expose("/")
    def index(self) -> str:
        """What the visitor asked for; while something is being written, the page looks again by itself."""
        with self._app.uow.reading():
            exports = self._app.exports.of(current_user.user)
        many = {slug: kind.many for slug, kind in self._app.kinds.items()}
        busy, now = any(not export.has_ended for export in exports), self._app.clock.now()
        facts = {"exports": exports, "many": many, "busy": busy, "now": now, "in_words": unquote_plus}
        return render_template("panel/exports.html", view=self, **facts)

    @expose("/file/")
    def file(self) -> ResponseReturnValue:
        """The file itself, sent from the disk; it is kept nowhere on the way."""
        if again := ask_again(self._app):
            return again
        with self._app.uow.reading():
            export, file = self._app.exports.open(request.args.get("id", ""), current_user.user)
        answer = send_file(file, "text/csv", as_attachment=True, download_name=export.file_name)
        answer.headers["Cache-Control"] = "no-store"
        answer.content_length = export.size
        return answer

    @expose("/remove/", methods=("POST",))
    def remove(self) -> ResponseReturnValue:
        """Remove a file, or cancel what is not finished."""
        with self._app.uow.transaction():
            self._app.exports.discard(request.form.get("id", ""), current_user.user)
        flash(_("The export is removed."), "success")
        return redirect(url_for("exports.index"), 303)
