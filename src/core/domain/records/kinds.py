"""The kinds of record as they are just now: what code declares of each, with the roles that hold its permissions."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping

from core.domain.accounts import Grants, Roles
from core.domain.kernel.roles import Permission
from core.domain.records.bin import DeletedRecord
from core.domain.records.permissions import READING, who_may
from core.domain.records.record import Record

LABELS = {
    "see": "See", "export": "Export", "create": "Create", "change": "Change", "delete": "Delete", "restore": "Restore",
}  # fmt: skip


class Kinds:
    """Every declared kind, by slug, with the permissions of this request."""

    def __init__(self, declared: Callable[[], Mapping[str, Record]], roles: Roles) -> None:
        self._declared, self._roles = declared, roles
        self._made: tuple[Grants, Mapping[str, Record]] | None = None

    def now(self) -> Mapping[str, Record]:
        """The kinds; the same objects until a permission is changed."""
        grants, made = self._roles.grants(), self._made
        if made is None or made[0] is not grants:
            made = self._made = grants, {slug: _in_force(kind, grants) for slug, kind in self._declared().items()}
        return made[1]

    def afresh(self) -> Mapping[str, Record]:
        """The same, with the permissions of this moment."""
        self._roles.look_again()
        return self.now()


def permission_of(kind: Record, verb: str) -> str:
    """The name of the permission for a verb or an action; that to see the kind, for what cannot be done to it."""
    return f"{kind.slug}.{(verb if verb in _verbs(kind) else 'see').replace(' ', '-')}"


def permissions_of(kind: Record) -> Iterator[Permission]:
    """What can be allowed of a kind of record, as it is declared."""
    for verb in _verbs(kind):
        label = LABELS.get(verb) or kind.actions[verb].label
        roles = kind.roles if verb == "see" else who_may(kind, verb)
        name = permission_of(kind, verb)
        yield Permission(name=name, part=kind.heading, label=label, roles=roles, reads=verb in READING)


def _verbs(kind: Record) -> tuple[str, ...]:
    offered = {
        "create": kind.can_be_made,
        "change": bool(kind.editable),
        "delete": kind.deletable,
        "restore": kind.deletable and kind.entity is not DeletedRecord,
    }
    return ("see", "export", *(verb for verb, is_offered in offered.items() if is_offered), *kind.actions)


def _in_force(kind: Record, grants: Grants) -> Record:
    holders = {verb: grants.holders(permission_of(kind, verb)) for verb in _verbs(kind)}
    return dataclasses.replace(kind, roles=holders.pop("see"), may={**kind.may, **holders})
