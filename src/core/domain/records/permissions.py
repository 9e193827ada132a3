"""Who may do what to a kind of record, and what of its fields, read off the declaration; it knows roles, not people."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import MISSING
from typing import TYPE_CHECKING, Any

from core.domain.kernel.roles import ADMINS, READERS, STAFF, SUPER_ADMINS

if TYPE_CHECKING:
    from core.domain.records.record import Record

__all__ = ["ADMINS", "READERS", "STAFF", "SUPER_ADMINS"]
READING = ("see", "export")
"""What the role that only reads may do."""
VERBS = ("create", "change", "delete", "restore", "export")
OF_FIELDS = ("see", "change")
"""What `may` can say of a single field: "see email", "change role"."""


def who_may(kind: Record, verb: str) -> tuple[str, ...]:
    """The roles that may do this; what `may` does not speak of is for all who see the kind, but not for viewers."""
    first, _, name = verb.partition(" ")
    if first in OF_FIELDS and name in kind.every_field:
        seers = kind.may.get(f"see {name}", kind.roles)
        return tuple(role for role in kind.may.get(verb, who_may(kind, first)) if role in kind.roles and role in seers)
    doers = kind.roles if verb in READING else tuple(role for role in kind.roles if role != "viewer")
    given = kind.may.get("delete", doers) if verb == "restore" else doers
    return tuple(role for role in kind.may.get(verb, given) if role in kind.roles)


def wants_proof(kind: Record, verb: str) -> bool:
    """Whether who does this must have shown lately who they are; who takes a whole list away always must."""
    action = kind.actions.get(verb)
    return verb == "export" or verb in kind.fresh or (action is not None and action.fresh)


def secretive(kind: Record) -> tuple[str, ...]:
    """The fields that some who see the kind may not see."""
    return tuple(name for name in kind.every_field if set(who_may(kind, f"see {name}")) != set(kind.roles))


def permit_fields(kind: Record, names: Iterable[str], role: str) -> None:
    """Raise `Forbidden` where a declaration keeps one of these fields from being set by this role."""
    for name in names:
        if f"see {name}" in kind.may or f"change {name}" in kind.may:
            kind.permit(f"change {name}", role)


def called(kind: Record, record: Any, without: tuple[str, ...]) -> str:
    """What people call a record: what its class says (of a copy with ••• in these fields), or its key."""
    if "__str__" not in vars(type(record)):
        return f"{kind.name.capitalize()} {getattr(record, kind.key)}"
    return str(_masked(record, without) if without else record)


def narrowed(kind: Record, role: str) -> Record:
    """Return a declaration without what this role may not do, see and change.

    Raises `ValueError` where `may` speaks of something that does not exist here.
    """
    _know(kind)
    unseen = tuple(name for name in kind.fields if role not in kind.may.get(f"see {name}", (role,)))
    asked, fixed = kind.asked or kind.editable, _fixed(kind, role, unseen)
    given = {name: default for name in asked if name in fixed and (default := _default(kind, name)) is not MISSING}
    makes = kind.allows("create", role) and all(name in given for name in asked if name in fixed)
    return dataclasses.replace(
        kind, role=role, unseen=unseen, fixed=fixed, given=given,
        listed=_without(unseen, kind.listed) or (kind.key,), search=_without(unseen, kind.search),
        filters=_without(unseen, kind.filters), order="" if kind.order.removeprefix("-") in unseen else kind.order,
        editable=_without(fixed, kind.editable) if kind.allows("change", role) else (), asked=_without(fixed, asked),
        deletable=kind.deletable and kind.allows("delete", role), prefix=kind.prefix if makes else "",
        make=kind.make if makes else None,
        actions={name: action for name, action in kind.actions.items() if kind.allows(name, role)},
    )  # fmt: skip


def _know(kind: Record) -> None:
    fields = [f"{verb} {name}" for verb in OF_FIELDS for name in kind.fields]
    unknown = set(kind.may) - {*VERBS, *kind.actions, *fields}
    if unknown:
        raise ValueError(
            f"{kind.many.capitalize()} have no verb, no action and no field for {', '.join(sorted(unknown))}."
        )
    if f"see {kind.key}" in kind.may:
        raise ValueError(f"The key of {kind.many} stands in every address, so whoever sees them sees it.")


def _fixed(kind: Record, role: str, unseen: tuple[str, ...]) -> tuple[str, ...]:
    asked = dict.fromkeys((*kind.editable, *kind.asked))
    return tuple(name for name in asked if name in unseen or role not in kind.may.get(f"change {name}", (role,)))


def _default(kind: Record, name: str) -> Any:
    (one,) = (one for one in dataclasses.fields(kind.entity) if one.name == name)
    return one.default_factory() if one.default_factory is not MISSING else one.default


def _masked(record: Any, names: tuple[str, ...]) -> Any:
    """A copy that no session knows, with ••• for every text of these fields and None for what is no text."""
    values = {name: value for name, value in vars(record).items() if not name.startswith("_")}
    return type(record)(**values | {name: "•••" if isinstance(values[name], str) else None for name in names})


def _without(names: tuple[str, ...], given: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in given if name not in names)
