"""Who may do what now: what code declares, and what administrators changed of it; it knows no page and no record.

Only what was changed is kept, so the table is short and is read whole, once for each request that asks:
what was taken away holds at the next request of every process, and no cache has to be told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass

from core.domain.kernel.errors import Forbidden
from core.domain.kernel.roles import ROLES, SUPER_ADMIN, Permission
from core.ports.repositories import Permissions

Declared = Callable[[], Mapping[str, Permission]]
"""Every permission there is, by name; asked late, since those who declare them stand above this."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What an administrator made of one permission for one role."""

    role: str
    permission: str
    allowed: bool


class Grants:
    """Who has which permission, at one moment. A super-admin has every one, whatever was changed."""

    def __init__(self, declared: Mapping[str, Permission], changes: tuple[Change, ...]) -> None:
        self.declared, self.changes = declared, changes
        told = {(change.role, change.permission): change.allowed for change in changes}
        given = {
            one.name: tuple(role for role in ROLES if told.get((role, one.name), role in one.roles) and one.fits(role))
            for one in declared.values()
        }
        self._holders = {
            one.name: tuple(role for role in ROLES if _has(role, given[one.name], given.get(one.first)))
            for one in declared.values()
        }

    def holders(self, permission: str) -> tuple[str, ...]:
        """The roles that have it. Raises `LookupError` for one that nobody declared."""
        if permission not in self._holders:
            raise LookupError(f"Nobody declares the permission {permission!r}; see `flask policies` for their names.")
        return self._holders[permission]


class Roles:
    """Answers whether a role may do something."""

    def __init__(self, permissions: Permissions, declared: Declared) -> None:
        self._permissions, self._declared = permissions, declared
        self._kept: Grants | None = None
        self._looked: ContextVar[Grants | None] = ContextVar("grants", default=None)

    def look_again(self) -> None:
        """Have the next question asked of the database: a request, or a batch of a task, begins."""
        self._looked.set(None)

    def grants(self) -> Grants:
        """Who has what in this request. Two in a row are the same object unless something was changed."""
        found = self._looked.get()
        if found is None:
            found = self._built(self._permissions.changes())
            self._looked.set(found)
        return found

    def allows(self, role: str, permission: str) -> bool:
        """Whether a role has a permission. Raises `LookupError` for one that nobody declared."""
        return role in self.grants().holders(permission)

    def permit(self, role: str, permission: str) -> None:
        """Raise `Forbidden` unless a role has a permission."""
        grants = self.grants()
        holders = grants.holders(permission)
        if role not in holders:
            one, who = grants.declared[permission], " and ".join(holders)
            raise Forbidden(f"Your role is {role}, and “{one.label}” ({one.part}) is for {who}. Ask one of them.")

    def _built(self, changes: tuple[Change, ...]) -> Grants:
        kept = self._kept
        if kept is None or kept.changes != changes:
            kept = self._kept = Grants(self._declared(), changes)
        return kept


def by_default(one: Permission) -> tuple[str, ...]:
    """The roles that have a permission while nobody changed anything."""
    return tuple(role for role in ROLES if role in one.roles or role == SUPER_ADMIN)


def named(permissions: Iterable[Permission]) -> dict[str, Permission]:
    """Permissions by name. Raises `ValueError` where two have the same one."""
    found: dict[str, Permission] = {}
    for one in permissions:
        if one.name in found:
            raise ValueError(f"The permission {one.name} is declared twice: by {found[one.name].part} and {one.part}.")
        found[one.name] = one
    return found


def _has(role: str, given: tuple[str, ...], seers: tuple[str, ...] | None) -> bool:
    return role == SUPER_ADMIN or (role in given and (seers is None or role in seers))
