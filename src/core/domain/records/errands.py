"""Tasks that act in the name of who asked for them: written down with that name, and by it permitted again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from typing import Any

from core.domain.accounts import User
from core.domain.audit import Actor, Audit
from core.domain.kernel.errors import Forbidden, NotFound
from core.domain.records.record import Record
from core.domain.tasks import Outbox, Task
from core.ports.repositories import Users

Kinds = Callable[[], Mapping[str, Record]]
"""Every declared kind of record by its slug; asked late, since declarations stand above the domain."""


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who asked for an errand, and the kind of record as far as it is for them now."""

    user: User
    kind: Record


class Errands:
    """Writes errands down, and finds out who they are for when a worker comes to them."""

    def __init__(self, outbox: Outbox, audit: Audit, users: Users, kinds: Kinds) -> None:
        self._outbox, self._audit, self._users, self._kinds = outbox, audit, users, kinds

    def ask(self, name: str, kind: Record, payload: dict[str, Any], *, by: User, dedupe_key: str | None = None) -> Task:
        """Write a task in the open transaction, owned by who asks for it."""
        actor = replace(self._audit.actor, id=by.id, name=str(by))
        carried = {**payload, "kind": kind.slug, "by": asdict(actor)}
        return self._outbox.enqueue(name, carried, owner=by.id, dedupe_key=dedupe_key)

    def note(self, action: str, kind: Record, *, label: str) -> None:
        """Write into the audit that somebody asked for it."""
        self._audit.note(action, kind.name, "", label=label)

    def asker(self, kind: str, by: Mapping[str, Any], verb: str) -> Asker:
        """Return who asked, with the role they have now. Raises `Forbidden` when that may not do `verb` (any more)."""
        user, declared = self._users.get(by["id"]), self._kinds().get(kind)
        if declared is None:
            raise NotFound(f"There is no kind of record {kind[:60]!r} any more. Ask for it anew.")
        if not user.may_administer:
            raise Forbidden(f"{user.name} may not enter the panel any more, so nothing is done in that name.")
        declared.permit(verb, user.role)
        return Asker(user=user, kind=declared.for_role(user.role))

    def kinds_for(self, role: str) -> dict[str, Record]:
        """Every kind that a role may see now, by name, as far as it is for that role."""
        return {kind.name: kind.for_role(role) for kind in self._kinds().values() if role in kind.roles}

    def acting(self, by: Mapping[str, Any]) -> AbstractContextManager[None]:
        """Have the audit name who asked, and where from, for what is done in this block."""
        return self._audit.acting(Actor(**by))
