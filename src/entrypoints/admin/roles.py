"""The page of roles: who may do what, part by part; what would change is shown before it is saved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import groupby
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.accounts import ROLES, Move, User
from core.domain.accounts.role_desk import KIND
from core.domain.audit import AuditEntry
from core.domain.kernel.errors import Conflict, Invalid
from core.domain.kernel.roles import SUPER_ADMIN, Permission
from core.ports.records import Condition, Question
from entrypoints import policies
from entrypoints.admin.desk_view import DeskView
from entrypoints.container import App

ENTRY = ("id", "at", "actor_name", "action", "label", "changes")
CHANGES = 10
COUNTED = 1000
CHANGING = "roles.change"


class RolePages(DeskView):
    """/admin/roles."""

    needs = "roles.see"

    def __init__(self, app: App) -> None:
        super().__init__(app, "Roles", endpoint="admin_roles", url="/admin/roles")

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Who may do what now, and what was changed last."""
        with self._app.uow.reading():
            history = self._history()
        return self._show("panel/roles.html", ticked=self._held(), history=history)

    @expose("/edit/", methods=("GET", "POST"))
    @policies.panel(CHANGING, fresh=True)
    def edit(self) -> ResponseReturnValue:
        """The table to tick; what is posted here comes back ticked, or as what would change."""
        if request.method == "GET":
            return self._form(self._held())
        if request.form.get("then") == "edit":
            return self._form(self._after(self._moves()))
        try:
            ticked = self._ticked()
            moves = self._desk.plan(ticked, current_user.user)
        except Invalid as wrong:
            return self._form(self._ticked(), " ".join(wrong.fields.values())), 422
        if not moves:
            flash(_("Nothing would change: the roles are so already."), "info")
            return redirect(self.at("edit"), 303)
        return self._sure(moves)

    @expose("/save/", methods=("POST",))
    @policies.panel(CHANGING, fresh=True)
    def save(self) -> ResponseReturnValue:
        """Have it be so."""
        moves = self._moves()
        try:
            with self._app.uow.transaction():
                self._desk.save(moves, seen=request.form.get("seen", ""), by=current_user.user)
        except Conflict as overtaken:
            return self._form(self._after(moves), overtaken.sentence), 409
        flash(_("Saved. It holds from the next request on."), "success")
        return redirect(self.at(), 303)

    @property
    def may_change(self) -> bool:
        """Whether the visitor may change anything here."""
        return self.allows(CHANGING)

    def parts(self) -> list[tuple[str, list[Permission]]]:
        """The permissions, by the part they belong to."""
        declared = self._app.roles.grants().declared.values()
        return [(part, list(of_it)) for part, of_it in groupby(declared, key=lambda one: one.part)]

    def is_ticked(self, ticked: Mapping[str, Collection[str]], one: Permission, role: str) -> bool:
        """Whether a role has it, as the page shows it."""
        return role == SUPER_ADMIN or role in ticked.get(one.name, ())

    def is_changed(self, one: Permission, role: str) -> bool:
        """Whether an administrator made something else of it than the code declares."""
        return any((role, one.name) == (change.role, change.permission) for change in self._app.roles.grants().changes)

    def may_tick(self, one: Permission, role: str) -> bool:
        """Whether the visitor may change it for this role."""
        return bool(self._desk.may_move(one, role, current_user.user))

    def people(self, role: str) -> int:
        """How many have this role."""
        condition = Condition(field="role", test="is", value=role)
        with self._app.uow.reading():
            number: int = self._app.record_store.number(User, Question(order="id", conditions=(condition,)), COUNTED)
        return number

    @property
    def _desk(self) -> Any:
        return self._app.role_desk

    def _held(self) -> dict[str, Collection[str]]:
        grants = self._app.roles.grants()
        return {name: grants.holders(name) for name in grants.declared}

    def _ticked(self) -> dict[str, Collection[str]]:
        """What was ticked; of one permission, or all, what the code declares where that was asked for."""
        default = request.form.get("default", "")
        if default == "all":
            return dict(self._desk.defaults())
        found: dict[str, Collection[str]] = {name: request.form.getlist(name) for name in self._held()}
        return found | ({default: self._desk.defaults([default])[default]} if default in found else {})

    def _moves(self) -> list[Move]:
        form = request.form
        return [
            *self._desk.read(form.getlist("give"), given=True), *self._desk.read(form.getlist("take"), given=False)
        ]  # fmt: skip

    def _after(self, moves: list[Move]) -> dict[str, Collection[str]]:
        held = {name: set(roles) for name, roles in self._held().items()}
        for move in moves:
            of = held[move.permission.name]
            of.add(move.role) if move.given else of.discard(move.role)
        return dict(held)

    def _form(self, ticked: Mapping[str, Collection[str]], sentence: str = "") -> str:
        return self._show("panel/roles_edit.html", ticked=ticked, sentence=sentence)

    def _sure(self, moves: list[Move]) -> str:
        roles = [(role, list(of_it)) for role, of_it in groupby(moves, key=lambda move: move.role)]
        return self._show("panel/roles_sure.html", by_role=roles, moves=moves, seen=self._desk.seen())

    def _history(self) -> list[dict[str, Any]]:
        about = (Condition(field="kind", test="is", value=KIND),)
        question = Question(order="id", descending=True, conditions=about)
        rows: list[dict[str, Any]] = self._app.record_store.page(AuditEntry, ENTRY, question, CHANGES).rows
        return rows

    def _show(self, page: str, **facts: Any) -> str:
        declared = self._app.roles.grants().declared
        shown = [role for role in ROLES if role != "member" or any(one.fits(role) for one in declared.values())]
        return render_template(page, view=self, roles=shown, declared=declared, super_admin=SUPER_ADMIN, **facts)
