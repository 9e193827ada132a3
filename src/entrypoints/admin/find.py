"""The page on which things are found, and the part of it that the command palette shows."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import expose

from entrypoints.admin.desk_view import DeskView
from entrypoints.admin.finder import Finder
from entrypoints.container import App
from entrypoints.languages import N_

LONGEST = 200


class FindView(DeskView):
    """/admin/find. It stands in no menu: every page of the panel leads to it."""

    def __init__(self, app: App) -> None:
        super().__init__(app, N_("Find"), endpoint="admin_find", url="/admin/find")

    def is_visible(self) -> bool:
        """Whether the menu shows it."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """What fits the words, as a page or as the options of the palette."""
        words = request.args.get("q", "").strip()[:LONGEST]
        with self._app.uow.reading():
            groups = Finder(self._app, self.admin).find(words)
        template = "panel/_options.html" if request.args.get("part") == "options" else "panel/find.html"
        return render_template(template, view=self, words=words, groups=groups)
