"""One kind of record in the panel: list, detail, deletion, actions and exports over the records desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.model import BaseModelView
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from core.domain.kernel.errors import Failure, Invalid
from core.domain.kernel.ids import new_id
from core.domain.kernel.roles import SUPER_ADMIN
from core.domain.records import Deed, DeletedRecord, Record, RecordDesk, TooMany
from core.domain.records.bulk import AT_ONCE
from core.domain.records.kinds import permission_of
from core.domain.records.permissions import wants_proof
from core.ports.records import Page
from entrypoints.admin import cells, gate
from entrypoints.admin.asking import Asked
from entrypoints.admin.bulk import BulkPages, Chosen, several
from entrypoints.admin.forms import FormPages
from entrypoints.admin.history import HistoryPages
from entrypoints.admin.look_up import LookUpPages
from entrypoints.admin.views import ViewPages
from entrypoints.admin.words import STATUS
from entrypoints.container import App
from entrypoints.languages import N_
from entrypoints.policies import Policy
from entrypoints.proving import ask_again
from entrypoints.ringing import ring_when_done

PAGE = 50
NEEDS = {
    "create_view": "create", "edit_view": "change", "merge_view": "change", "revert_view": "change",
    "delete_view": "delete", "empty_view": "delete", "export": "export",
}  # fmt: skip
"""What one must be allowed to do for a page to open; actions are asked about one by one."""


class RecordView(BulkPages, FormPages, HistoryPages, LookUpPages, ViewPages, BaseModelView):  # type: ignore[misc]
    """Flask-Admin's addresses and menu; every page and every write is ours.

    Nothing is scaffolded, and the look-ups and inline edits that Flask-Admin would expose do not exist.
    """

    ajax_lookup = None
    ajax_update = None
    list_page = "panel/list.html"

    def __init__(self, app: App, record: Record) -> None:
        self._app, self._declared = app, record
        record.for_role(SUPER_ADMIN)  # what it says of verbs and fields that do not exist is better heard of now
        app.family.check(record, app.declared.values())  # the same of a child that names no parent
        super().__init__(record.entity, record.heading, endpoint=f"admin_{record.slug}", url=record.slug)

    def init_actions(self) -> None:
        """Flask-Admin would look for marks of its own at every attribute; ours stand in the declaration."""

    @property
    def record(self) -> Record:
        """The declaration as far as it is for the visitor's role now."""
        kept: dict[str, Record] = g.setdefault("permitted", {})  # a page asks for it some hundred times
        found = kept.get(self._declared.slug)
        if found is None:
            if not current_user.is_authenticated:
                return self._declared
            found = kept[self._declared.slug] = self._app.kinds[self._declared.slug].for_role(current_user.role)
        return found

    @property
    def can_export(self) -> bool:
        """Whether the visitor may take the list away as a file."""
        return self.record.allows("export", current_user.role)

    @property
    def can_create(self) -> bool:
        """Whether new records can be made here."""
        return self.record.can_be_made

    @property
    def can_edit(self) -> bool:
        """Whether records can be changed here."""
        return bool(self.record.editable)

    @property
    def can_delete(self) -> bool:
        """Whether records can be deleted here."""
        return self.record.deletable

    @property
    def can_restore(self) -> bool:
        """Whether what the visitor deletes here stays in the recycle bin for them."""
        return self.record.allows("restore", current_user.role) and self.record.entity is not DeletedRecord

    def is_accessible(self) -> bool:
        """Whether the visitor may see this kind of record; nobody may by default."""
        return gate.may_enter() and current_user.role in self.record.roles

    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:
        """Nobody comes here past the gate."""
        return gate.turned_away() or ("", 403)

    def policy_of(self, page: str) -> Policy:
        """Who may open one of these pages; the gate holds it. What a page does to a record, that asks about besides."""
        return Policy(who="panel", permission=permission_of(self._declared, NEEDS.get(page, "see")))

    @expose("/")
    def index_view(self) -> ResponseReturnValue:
        """The list: searched, filtered, sorted, one page of it."""
        asked = Asked.read(self.record, request.args)
        with self._app.uow.reading():
            around = self._app.surroundings.around(self.record, asked.question, days=asked.days)
            asked.check_order(around.sortable)
            kept = self._app.views.kept(self.record, current_user.user)
            columns = asked.columns or kept.columns or self.record.listed
            page = self._page(asked, columns)
        at_the_beginning = asked.before and not page.has_before and len(page.rows) < PAGE
        if at_the_beginning or (asked.after and not page.rows):
            return redirect(asked.address(self.at()), 303)  # a whole first page is of more use than a rest, or nothing
        known = self.known([*page.rows, asked.named])
        facts = {"around": around, "kept": kept, "columns": columns, "known": known}
        listed = list(cells.columns(self.record, columns, known))
        return self._show(self.list_page, asked=asked, page=page, listed=listed, **facts)

    @expose("/details/")
    def details_view(self) -> ResponseReturnValue:
        """One record with its history and what can be done to it."""
        key = request.args.get("id", "")
        with self._app.uow.reading():
            shown = self._app.records.show(self.record, key)
            further = {"beside": self.record.beside(key), "related": list(self.record.related(shown.row))}
        views = {view.record.name: view for view in self.admin._views if isinstance(view, RecordView)}
        kinds = {name: view.endpoint for name, view in views.items()}
        about = views.get(shown.row.get("kind", ""))  # what an entry of the audit speaks of
        facts = {"known": self.known([shown.row]), "kinds": kinds, "fields": about.record.fields if about else {}}
        return self._show("panel/show.html", shown=shown, key=key, **facts, **further)

    @expose("/delete/", methods=("GET", "POST"))
    def delete_view(self) -> ResponseReturnValue:
        """Ask whether the named records shall go, and delete them when the answer is yes."""
        keys = self._meant()
        if not self.can_delete or not 0 < len(keys) <= AT_ONCE:
            raise Invalid({"id": f"Choose 1 to {AT_ONCE} {self.record.many} to delete, then try again."})
        if request.form.get("sure") != "yes":
            with self._app.uow.reading():
                named = self._app.records.named(self.record, keys)
            return self._show("panel/sure.html", named=named, back=self._back())
        act = new_id("act", self._app.clock.now())
        try:
            with self._app.uow.transaction():
                gone = self._app.records.delete(self.record, keys, current_user.user, act=act)
        except TooMany:
            return self._order(Deed(verb="delete"), Chosen(keys=tuple(keys)))
        said = _("Deleted %(records)s.", records=several(gone, self.record))
        flash((said, act) if gone and self.can_restore else said, "undo" if gone and self.can_restore else "success")
        return redirect(self._back(), 303)

    @expose("/export/", methods=("POST",))
    def export(self) -> ResponseReturnValue:
        """Have every record of the list written to a file, by a task."""
        query = self._query()
        asked = Asked.read(self.record, MultiDict(query))
        with self._app.uow.transaction():
            task = self._app.exports.order(self.record, asked.question, urlencode(asked.query), current_user.user)
            ring_when_done(self._app, task, f"Your export of {self.record.many}", url_for("exports.index"))
        return redirect(url_for("exports.index"), 303)

    def at(self, view: str = "index_view", **query: Any) -> str:
        """The address of one of these pages."""
        return url_for(f"{self.endpoint}.{view}", **query)

    def _page(self, asked: Asked, columns: tuple[str, ...]) -> Page:
        records: RecordDesk = self._app.records
        if asked.is_last:
            return records.last_page(self.record, asked.question, PAGE, columns=columns)
        places = {"after": asked.after, "before": asked.before}
        return records.page(self.record, asked.question, PAGE, columns=columns, **places)

    def _back(self) -> str:
        """The list as it was when the form was opened: its search, its filters and its place."""
        query = urlencode(self._query())
        return f"{self.at()}?{query}" if query else self.at()

    def _query(self) -> list[tuple[str, str]]:
        return parse_qsl(request.values.get("back", "")[:4000])

    def _show(self, template: str, **facts: Any) -> str:
        return render_template(template, view=self, record=self.record, **facts)

    def _refuse(self, failure: Failure) -> ResponseReturnValue:
        fields = failure.fields.values() if isinstance(failure, Invalid) else ()
        sentence = " ".join(fields) or failure.sentence
        page = render_template("panel/refused.html", sentence=sentence, title=N_("That did not work"), view=self)
        return page, STATUS.get(type(failure), 400)

    def _run_view(self, page: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a page; a failure of the domain becomes a page with its sentence."""
        try:
            return self._ask_again(page.__name__) or page(self, *args, **kwargs)
        except HTTPException:
            raise
        except Failure as failure:
            return self._refuse(failure)

    def _ask_again(self, page: str) -> ResponseReturnValue | None:
        """Have them show who they are before what is dangerous: what the declaration says, and what takes many away."""
        verb = request.form.get("action", "") if page == "action_view" else NEEDS.get(page, "")
        takes_many = verb == "delete" and (page == "empty_view" or len(self._meant()) > 1 or "all" in request.form)
        return ask_again(self._app) if takes_many or wants_proof(self.record, verb) else None

    def _meant(self) -> list[str]:
        """The keys of the records that a form is about."""
        return request.values.getlist("id") + request.form.getlist("rowid")

    def _refresh_cache(self) -> None:
        """Flask-Admin would derive columns and forms here; ours come from the declaration."""
