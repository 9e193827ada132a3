"""/admin/exports: the files that somebody asked for, how far they are, and the way to take or to remove them."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_plus

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.kernel.errors import Failure
from entrypoints import policies
from entrypoints.admin import gate
from entrypoints.admin.words import STATUS
from entrypoints.container import App
from entrypoints.proving import ask_again


class ExportsView(BaseView):  # type: ignore[misc]
    """Everybody sees their own; a super-admin may take any, by the link on its task."""

    __policy__ = policies.PANEL

    def __init__(self, app: App) -> None:
        self._app = app
        super().__init__("Exports", endpoint="exports", url="/admin/exports")

    def is_accessible(self) -> bool:
        """Whether the visitor may enter the panel at all."""
        return gate.may_enter()

    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:
        """Send strangers to the sign-in page."""
        return gate.turned_away() or ("", 403)

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

    def at(self) -> str:
        """The address of this page."""
        return url_for("exports.index")

    def _run_view(self, page: Any, *args: Any, **kwargs: Any) -> Any:
        """Call a page; a failure of the domain becomes a page with its sentence."""
        try:
            return page(self, *args, **kwargs)
        except Failure as failure:
            facts = {"sentence": failure.sentence, "title": "That did not work"}
            return render_template("panel/refused.html", view=self, **facts), STATUS.get(type(failure), 400)
