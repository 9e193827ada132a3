"""The recycle bin in the panel: what was deleted is shown, restored, undone and emptied; its list is a list as any."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from core.domain.records import DeletedRecord, Record
from core.domain.records.bin import AT_ONCE
from entrypoints.admin.record_view import RecordView
from entrypoints.languages import N_, told
from entrypoints.records import kinds_for
from entrypoints.ringing import ring_when_done


class RecycleBinView(RecordView):
    """A kind of record whose records become others again instead of being changed."""

    list_page = "panel/bin.html"

    @property
    def kinds(self) -> dict[str, Record]:
        """Every kind that the visitor may see, by name, as far as it is for their role."""
        return kinds_for(self._app, current_user.role)

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        """What is kept of one deleted record."""
        with self._app.uow.reading():
            found = self._app.recycle_bin.look(self.kinds, request.args.get("id", ""))
            more = self._app.undo.number(found.act) - 1
        kind = self.kinds[found.kind]
        kept = {name: one.restore(found.values[name]) for name, one in kind.fields.items() if name in found.values}
        row = kind.shown(kept)
        said, bare = kind.on_its_page({**dict.fromkeys(kind.fields), **row})
        facts = {"row": row, "said": [one for one in said if one.name in row], "bare": bare, "more": more}
        return self._show("panel/deleted.html", found=found, kind=kind, **facts)

    @expose("/restore/", methods=("POST",))
    def restore_view(self) -> ResponseReturnValue:
        """Make one deleted record again."""
        key = request.form.get("id", "")
        with self._app.uow.transaction():
            found = self._app.recycle_bin.restore(self.kinds, key, current_user.user)
        return self._brought_back([found], N_("Restored"))

    @expose("/undo/", methods=("POST",))
    def undo_view(self) -> ResponseReturnValue:
        """Make everything again that one act deleted, or nothing."""
        act = request.form.get("act", "")
        with self._app.uow.transaction():
            if self._app.undo.number(act) > AT_ONCE:
                return self._by_a_task(act)
            found = self._app.recycle_bin.undo(self.kinds, act, current_user.user)
        return self._brought_back(found, N_("Undone: restored"))

    @expose("/empty/", methods=("GET", "POST"))
    def empty_view(self) -> ResponseReturnValue:
        """Ask whether all shall go for good, and empty the bin when the answer is yes."""
        if not self.can_delete:
            abort(404)
        if request.form.get("sure") != "yes":
            return self._show("panel/empty.html")
        with self._app.uow.transaction():
            gone = self._app.recycle_bin.empty(self.kinds)
        said = ngettext(
            "The recycle bin is empty: %(num)s deleted record is gone for good.",
            "The recycle bin is empty: %(num)s deleted records are gone for good.", gone,
        )  # fmt: skip
        flash(said, "success")
        return redirect(self.at(), 303)

    def _by_a_task(self, act: str) -> ResponseReturnValue:
        task = self._app.undo.order(self.record, act, current_user.user)
        ring_when_done(self._app, task, "What you had restored from the recycle bin", self.at())
        flash(
            _("A task restores it now, what belongs to what in that order. What may not come back stays here."),
            "success",
        )
        return redirect(self.at(), 303)

    def _brought_back(self, found: list[DeletedRecord], how: str) -> ResponseReturnValue:
        first, more = found[0], len(found) - 1
        several = _(" and %(number)s more", number=more) if more else ""
        flash(f"{told(how)} {first.label}{several}.", "success")
        view = f"admin_{self.kinds[first.kind].slug}"
        there = url_for(f"{view}.index_view") if more else url_for(f"{view}.details_view", id=first.record_id)
        return redirect(there, 303)
