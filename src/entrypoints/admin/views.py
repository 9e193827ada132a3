"""How a visitor wants a list: columns and views, kept, shared and taken away; the domain says what is allowed."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from core.domain.records import Field, Record, ViewDesk
from core.domain.records.views import audiences, choosable
from entrypoints.admin.asking import Asked
from entrypoints.container import App


class ViewPages:
    """The part of a record's view that keeps how its list looks."""

    _app: App
    record: Record
    at: Any
    _back: Any

    def choosable(self, shown: tuple[str, ...]) -> list[Field]:
        """The fields that may be columns, those that are shown first and in their order."""
        fields = {one.name: one for one in choosable(self.record)}
        return [fields[name] for name in dict.fromkeys((*shown, *fields))]

    def audiences(self) -> list[str]:
        """With whom the visitor may share a view of this list."""
        return audiences(self.record, current_user.user)

    @expose("/columns/", methods=("POST",))
    def columns_view(self) -> ResponseReturnValue:
        """Keep the ticked columns for this visitor, or go back to the declared ones."""
        names = [] if "declared" in request.form else request.form.getlist("columns")
        with self._app.uow.transaction():
            self._desk.keep_columns(self.record, names, current_user.user)
        flash(_("Your columns are kept.") if names else _("The list shows its usual columns again."), "success")
        return redirect(self._asked().address(self.at(), columns=None), 303)

    @expose("/views/", methods=("POST",))
    def save_view(self) -> ResponseReturnValue:
        """Keep the list as it is on the page, under a name."""
        form, asked = request.form, self._asked()
        with self._app.uow.transaction():
            kept = self._desk.kept(self.record, current_user.user)
            view = self._desk.save(
                self.record, title=form.get("title", ""), audience=form.get("audience", ""), query=asked.kept,
                columns=asked.columns or kept.columns, by=current_user.user,
            )  # fmt: skip
        flash(_("The view “%(view)s” is kept.", view=view.title), "success")
        return redirect(asked.opens(self.at(), view), 303)

    @expose("/views/remove/", methods=("POST",))
    def remove_view(self) -> ResponseReturnValue:
        """Take a view away."""
        with self._app.uow.transaction():
            view = self._desk.remove(self.record, request.form.get("id", ""), current_user.user)
        flash(_("The view “%(view)s” is gone.", view=view.title), "success")
        return redirect(self._back(), 303)

    @property
    def _desk(self) -> ViewDesk:
        desk: ViewDesk = self._app.views
        return desk

    def _asked(self) -> Asked:
        """The list that the form stood on. Raises `Invalid` when it was forged."""
        return Asked.read(self.record, MultiDict(parse_qsl(request.form.get("back", "")[:4000])))
