"""The pages on which a record is made or changed, and where two changes of it are brought together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.kernel.errors import Conflict, Forbidden, Invalid
from core.domain.records import Line, Merge, Overtaken, Record, Shown
from entrypoints.admin import inlines
from entrypoints.admin.words import STATUS
from entrypoints.container import App
from entrypoints.languages import N_, told

SAME = N_("Somebody saved the same change already; there was nothing left to save.")


class FormPages:
    """What a `RecordView` has beside lists: forms, over the records desk."""

    _app: App
    record: Record
    at: Callable[..., str]
    known: Callable[..., Any]
    _show: Callable[..., str]

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> ResponseReturnValue:
        """Make a record; one that is to be like another begins with the other's values."""
        if not self.record.can_be_made:
            abort(404)
        if request.method == "GET":
            return self._form(None, values=self._shown().row if "id" in request.args else {})
        return self._attempt(self._create, lambda: None)

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> ResponseReturnValue:
        """Change a record."""
        shown = self._shown()
        if not self.record.editable:
            abort(404)
        if request.method == "GET":
            return self._form(shown, values=shown.row)
        return self._attempt(self._change, lambda: shown)

    @expose("/merge/", methods=("POST",))
    def merge_view(self) -> ResponseReturnValue:
        """Save what was chosen of two versions, or open the form once more with it."""
        shown = self._shown()
        if not self.record.editable:
            abort(404)
        if request.form.get("seen") != shown.seen:
            return self._both(shown)
        try:
            values = self._merge(shown).settled(_chosen(self.record))
        except Invalid as invalid:
            return self._both(shown, wrong=invalid.fields)
        merged = shown.row | values
        if request.form.get("then") == "edit":
            return self._form(shown, values=merged, seen=shown.seen, was=self.record.base(shown.row))
        return self._attempt(lambda: self._save(values), lambda: shown, values=merged)

    def _create(self) -> ResponseReturnValue:
        values = self.record.read(self.record.new_form, request.form)
        lines = self._lines()
        with self._app.uow.transaction():
            if self.record.inlines:
                key, notice = self._app.family.create(self.record, values, lines, current_user.user)
            else:
                key, notice = self._app.records.create(self.record, values, current_user.user)
        if notice:
            title = _("New %(kind)s", kind=told(self.record.name))
            return self._show("panel/made.html", notices=[notice], title=title, key=key)
        flash(_("The %(kind)s is made.", kind=told(self.record.name)), "success")
        return redirect(self._next(key), 303)

    def _change(self) -> ResponseReturnValue:
        return self._save(self.record.read(self.record.form, request.form))

    def _save(self, values: dict[str, Any]) -> ResponseReturnValue:
        key, seen = request.form.get("id", ""), request.form.get("seen", "")
        lines = self._lines()
        with self._app.uow.transaction():
            if self.record.inlines:
                self._app.family.change(self.record, key, values, lines, seen=seen, by=current_user.user)
            else:
                self._app.records.change(self.record, key, values, seen=seen, by=current_user.user)
        flash(_("Saved."), "success")
        return redirect(self._next(key), 303)

    def _next(self, key: str) -> str:
        """Where the button that was pressed leads to: on with this one, to another new one, or to the record's page."""
        then = request.form.get("then")
        if then == "stay" and self.record.editable:
            return self.at("edit_view", id=key)
        return self.at("create_view") if then == "another" else self.at("details_view", id=key)

    def _attempt(
        self, save: Callable[[], ResponseReturnValue], shown: Callable[[], Shown | None], values: Any = None
    ) -> ResponseReturnValue:
        """Save, or show the form again as it was filled in, with a sentence on what is wrong."""
        filled = request.form if values is None else values
        try:
            return save()
        except Overtaken:
            return self._both(self._shown())
        except Invalid as invalid:
            return self._form(shown(), values=filled, wrong=invalid.fields), 422
        except (Conflict, Forbidden) as failure:
            return self._form(shown(), values=filled, sentence=failure.sentence), STATUS[type(failure)]

    def _both(self, shown: Shown, wrong: Mapping[str, str] | None = None) -> ResponseReturnValue:
        """Both versions of a record side by side, with everything that was typed."""
        merge = self._merge(shown)
        if not merge.differences and any(self._lines().values()):
            return self._attempt(lambda: self._save({}), lambda: shown)
        if not merge.differences:
            flash(told(SAME), "success")
            return redirect(self.at("details_view", id=shown.row[self.record.key]), 303)
        facts = {"shown": shown, "merge": merge, "chosen": _chosen(self.record), "wrong": wrong or {}}
        return self._show("panel/merge.html", **facts), 422 if wrong else 409

    def _merge(self, shown: Shown) -> Merge:
        typed = self.record.read(self.record.form, request.form)
        return Merge.of(self.record, request.form.get("was", ""), shown.row, typed)

    def _shown(self) -> Shown:
        with self._app.uow.reading():
            shown: Shown = self._app.records.show(self.record, request.values.get("id", ""))
        return shown

    def _form(self, shown: Shown | None, **facts: Any) -> str:
        form = self.record.form if shown else self.record.new_form
        known = {"seen": shown.seen, "was": self.record.base(shown.row)} if shown else {}
        kept = {name: request.form[name] for name in ("seen", "was") if name in request.form}
        facts = {"known": self.known([facts["values"]]), "blocks": self._blocks(shown, facts), **known, **kept, **facts}
        return self._show("panel/form.html", form=form, shown=shown, **facts)

    def _lines(self) -> dict[str, list[Line]]:
        kinds = list(self._app.family.kinds(self.record, current_user.role))
        return inlines.sent(kinds, request.form)

    def _blocks(self, shown: Shown | None, facts: Mapping[str, Any]) -> list[inlines.Block]:
        """The rows of children, as they were sent or as they are; a duplicate begins without any."""
        family, role = self._app.family, current_user.role
        if not self.record.inlines:
            return []
        with self._app.uow.reading():
            key = str(shown.row[self.record.key]) if shown else ""
            children = family.children(self.record, key, role) if shown else list(family.kinds(self.record, role))
        return inlines.blocks(children, self._lines(), facts.get("wrong", {}))


def _chosen(record: Record) -> dict[str, str]:
    return {one.name: request.form.get(f"take.{one.name}", "") for one in record.form}
