"""What is done to several records from a list: asked about first where it must be, at once or by a task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from core.domain.kernel.errors import Invalid, NotFound
from core.domain.records import Deed, Field, Record, Tally
from core.domain.records.bulk import AT_ONCE, COUNTED, up_to
from core.domain.records.desk import is_key
from core.ports.records import Question
from entrypoints.admin.asking import Asked
from entrypoints.container import App
from entrypoints.languages import N_, told
from entrypoints.ringing import ring_when_done

MOST = 10_000
"""So many may be ticked by name; a form with more was forged."""
NAMED = 20


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Which records: those ticked, or all that fit a question."""

    keys: tuple[str, ...] = ()
    question: Question | None = None

    @property
    def are_many(self) -> bool:
        """Whether a task does it."""
        return self.question is not None or len(self.keys) > AT_ONCE


class BulkPages:
    """What a `RecordView` has to do something to many records, over the bulk desk."""

    _app: App
    record: Record
    at: Callable[..., str]
    _show: Callable[..., str]
    _back: Callable[[], str]
    _query: Callable[[], list[tuple[str, str]]]
    delete_view: Callable[[], ResponseReturnValue]

    @expose("/action/", methods=("POST",))
    def action_view(self) -> ResponseReturnValue:
        """Do something to the ticked records, or to all that fit, each by itself."""
        verb, chosen = request.form.get("action", ""), self._chosen()
        self._may(verb)
        if not chosen.keys and chosen.question is None:
            kind = told(self.record.many)
            flash(_("Nothing was done: tick 1 to %(most)s %(kind)s first.", most=AT_ONCE, kind=kind), "warning")
            return redirect(self._back(), 303)
        if verb == "delete" and not chosen.are_many:
            return self.delete_view()
        if self._is_asked_about(verb, chosen) and request.form.get("sure") != "yes":
            return self._ask(verb, chosen)
        try:
            deed = Deed(verb=verb, values=self._read(verb))
        except Invalid as invalid:
            return self._ask(verb, chosen, wrong=invalid.fields), 422
        return self._order(deed, chosen) if chosen.are_many else self._carry_out(deed, chosen)

    def _chosen(self) -> Chosen:
        """Raises `Invalid` for a list that does not exist, or more keys than any page has.

        What was made after the page that asks was shown is left out: it says how many they are.
        """
        if request.form.get("all") == "yes":
            question, until = Asked.read(self.record, MultiDict(self._query())).question, request.form.get("until", "")
            if until and not is_key(until):
                raise Invalid({"until": "This page was changed on its way. Begin again at the list."})
            return Chosen(question=up_to(self.record, question, until) if until else question)
        keys = tuple(dict.fromkeys(request.form.getlist("rowid")))
        if len(keys) > MOST:
            raise Invalid({"rowid": f"Tick at most {MOST:,} {self.record.many}, or choose all that fit a list."})
        return Chosen(keys=keys)

    def _may(self, verb: str) -> None:
        """Raise `Forbidden` for what the role may not do, `NotFound` for what nobody can do here."""
        record = self.record
        record.permit(verb, current_user.role)
        if verb not in record.actions and not {"change": record.editable, "delete": record.deletable}.get(verb):
            raise NotFound(f"There is no action {verb[:40]!r} for a {record.name}. Choose one of the buttons shown.")

    def _is_asked_about(self, verb: str, chosen: Chosen) -> bool:
        return chosen.are_many or verb == "change" or self.record.actions[verb].is_asked_about

    def _asks(self, verb: str) -> tuple[Field, ...]:
        """The fields of the page that comes before it."""
        return self.record.form if verb == "change" else self.record.actions[verb].asks if verb != "delete" else ()

    def _read(self, verb: str) -> dict[str, Any]:
        """What was typed; of a change only the fields that were chosen for it, of an action all that it must have."""
        form = self._asks(verb)
        if verb == "change":
            form = tuple(one for one in form if request.form.get(f"set.{one.name}") == "yes")
            if not form:
                raise Invalid({"": "Tick each field that shall change, then say what it shall be."})
        values: dict[str, Any] = self.record.read(form, request.form)
        empty = [
            one.name for one in form if verb != "change" and not one.optional and not str(values[one.name]).strip()
        ]
        if empty:
            raise Invalid(dict.fromkeys(empty, N_("This may not be empty. Fill it in.")))
        return values

    def _ask(self, verb: str, chosen: Chosen, wrong: Mapping[str, str] | None = None) -> str:
        action, record = self.record.actions.get(verb), self.record
        with self._app.uow.reading():
            named = self._app.records.named(record, chosen.keys[:NAMED]) if chosen.keys else {}
            number = len(chosen.keys) or self._app.record_store.number(record.entity, chosen.question, COUNTED)
            until = self._app.bulk.last(record, chosen.question) if chosen.question else ""
        label = told(action.label) if action else {"change": _("Edit"), "delete": _("Delete")}[verb]
        facts = {"verb": verb, "label": label, "action": action, "form": self._asks(verb), "number": number,
                 "chosen": chosen, "named": named, "until": until, "wrong": wrong or {}}  # fmt: skip
        return self._show("panel/bulk.html", several=several(number, record), back=self._back(), **facts)

    def _order(self, deed: Deed, chosen: Chosen) -> ResponseReturnValue:
        with self._app.uow.transaction():
            task = self._app.bulk.order(
                self.record, deed, current_user.user, keys=chosen.keys, question=chosen.question
            )
            seen = "tasks" in self._app.kinds and current_user.role in self._app.kinds["tasks"].roles
            place = url_for("admin_tasks.details_view", id=task.id) if seen else self._back()
            ring_when_done(self._app, task, f"What you had done to {self.record.many}", place)
        here = _("A task does this now, record by record. Here you see how far it is, and what refused.")
        flash(here if seen else _("A task does this now, record by record."), "success")
        return redirect(place, 303)

    def _carry_out(self, deed: Deed, chosen: Chosen) -> ResponseReturnValue:
        with self._app.uow.transaction():
            self._app.records.named(self.record, chosen.keys)  # raises when there is none of them
            tally: Tally = self._app.bulk.carry_out(self.record, deed, chosen.keys, current_user.user)
        for sentence in tally.why:
            flash(sentence, "warning")
        if tally.told:
            return self._show("panel/made.html", notices=tally.told, title=_("Done"), key=chosen.keys[0])
        if tally.done:
            action = self.record.actions.get(deed.verb)
            label = told(action.label) if action else _("Changed")
            flash(f"{label}: {several(tally.done, self.record)}.", "success")
        return redirect(self._afterwards(chosen.keys[0]), 303)

    def _afterwards(self, key: str) -> str:
        """The page of the record on which it was done, if there still is one; else the list."""
        with self._app.uow.reading():
            stays = "alone" in request.form and self._app.record_store.get(self.record.entity, key) is not None
        return self.at("details_view", id=key) if stays else self._back()


def several(number: int, record: Record) -> str:
    """So many records, in words."""
    return f"{number:,} {told(record.name if number == 1 else record.many)}"
