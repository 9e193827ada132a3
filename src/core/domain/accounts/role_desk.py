"""Administrators change who may do what: what would change is shown first; nobody gives what they do not have."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.domain.accounts.people import User
from core.domain.accounts.roles import Change, Grants, Roles, by_default
from core.domain.audit import Audit
from core.domain.kernel.errors import Conflict, Forbidden, Invalid
from core.domain.kernel.roles import ROLES, SUPER_ADMIN, Permission
from core.ports.repositories import Permissions

KIND = "role"
"""What the audit calls what is changed here."""
PERMISSIONS = (
    Permission(name="roles.see", part="Roles", label="See", roles=("admin", SUPER_ADMIN), reads=True),
    Permission(name="roles.change", part="Roles", label="Change", roles=("admin", SUPER_ADMIN)),
)


@dataclass(frozen=True, kw_only=True)
class Move:
    """One permission given to a role, or taken from it. `follows`: only because of another move."""

    role: str
    permission: Permission
    given: bool
    follows: bool = False

    @property
    def is_default(self) -> bool:
        """Whether this is what the code declares."""
        return self.given == (self.role in by_default(self.permission))


class RoleDesk:
    """Plans and saves changes of permissions. Every verb acts in the caller's transaction or reading block."""

    def __init__(self, roles: Roles, permissions: Permissions, audit: Audit) -> None:
        self._roles, self._permissions, self._audit = roles, permissions, audit

    def seen(self) -> str:
        """What stands for the present state, in a form that is open."""
        return hashlib.sha256(repr(self._roles.grants().changes).encode()).hexdigest()[:16]

    def may_move(self, permission: Permission, role: str, by: User) -> bool:
        """Whether somebody may give this permission to a role, or take it: whichever it is now."""
        return self._may(Move(role=role, permission=permission, given=not self._holds(role, permission)), by)

    def plan(self, ticked: Mapping[str, Collection[str]], by: User) -> list[Move]:
        """Return what would change if these roles had these permissions (by name), as far as it is theirs to change.

        Raises `Invalid` where it contradicts itself, and what `check` raises.
        """
        declared = self._roles.grants().declared
        wanted = [
            Move(role=role, permission=one, given=role in ticked.get(name, ()))
            for name, one in declared.items()
            for role in ROLES
            if role != SUPER_ADMIN and (role in ticked.get(name, ())) != self._holds(role, one)
        ]
        return self.check([move for move in wanted if move.given or self._may(move, by)], by)

    def defaults(self, names: Collection[str] = ()) -> dict[str, Collection[str]]:
        """Return who would have which permission if these (or all) were as the code declares them."""
        grants = self._roles.grants()
        return {
            name: by_default(one) if name in names or not names else grants.holders(name)
            for name, one in grants.declared.items()
        }

    def check(self, moves: Iterable[Move], by: User) -> list[Move]:
        """Return the moves, and those that follow from them: nobody changes what they do not see.

        Raises `Forbidden` for what is not theirs to change, `Invalid` where it contradicts itself.
        """
        asked = {(move.role, move.permission.name): move for move in moves}
        for move in asked.values():
            self._permit(move, by)
        following = [more for move in asked.values() for more in self._following(move, asked)]
        every = {**asked, **{(more.role, more.permission.name): more for more in following}}
        order = list(self._roles.grants().declared)
        return sorted(every.values(), key=lambda move: (ROLES.index(move.role), order.index(move.permission.name)))

    def save(self, moves: Sequence[Move], *, seen: str, by: User) -> list[Move]:
        """Have it be so from the next request on; return what was done. `seen` is the state that it was planned on.

        Raises `Conflict` when somebody changed permissions since, and what `check` raises.
        """
        self._roles.permit(by.role, "roles.change")
        if seen != self.seen():
            raise Conflict("Somebody changed permissions meanwhile, so nothing was saved. Look at them, then go on.")
        done = self.check(moves, by)
        for move in done:
            self._keep(move)
        for role in dict.fromkeys(move.role for move in done):
            self._note(role, [move for move in done if move.role == role])
        self._roles.look_again()
        return done

    def read(self, words: Iterable[str], *, given: bool) -> list[Move]:
        """Return the moves that a form carries as "staff users.change". Raises `Invalid` for what does not exist."""
        declared, found = self._roles.grants().declared, []
        for text in words:
            role, _, name = text.partition(" ")
            if role not in ROLES or name not in declared:
                raise Invalid({"moves": f"There is no permission {text[:60]!r}. Look at the roles again."})
            found.append(Move(role=role, permission=declared[name], given=given))
        return found

    def _following(self, move: Move, asked: Mapping[tuple[str, str], Move]) -> Iterator[Move]:
        """Giving leave to change gives leave to see; taking leave to see takes all that stands on it."""
        for other in self._tied(move):
            against = asked.get((move.role, other.name))
            if against is not None and against.given != move.given:
                raise Invalid({"moves": _contradiction(move, other)})
            if against is None and self._holds(move.role, other) != move.given:
                yield Move(role=move.role, permission=other, given=move.given, follows=True)

    def _tied(self, move: Move) -> list[Permission]:
        one, declared = move.permission, self._roles.grants().declared
        if move.given:
            return [declared[one.first]] if one.first in declared and one.name != one.first else []
        return [other for other in declared.values() if other.first == one.name != other.name]

    def _permit(self, move: Move, by: User) -> None:
        if not self._may(move, by):
            word = "give it to" if move.given else "take it from"
            raise Forbidden(
                f"“{move.permission.label}” ({move.permission.part}) is not yours to give or to take: as {by.role} you "
                f"cannot {word} {move.role}. Ask somebody whose role is higher."
            )

    def _may(self, move: Move, by: User) -> bool:
        if move.role == SUPER_ADMIN or not by.outranks(move.role):
            return False
        return not move.given or (move.permission.fits(move.role) and self._holds(by.role, move.permission))

    def _holds(self, role: str, one: Permission) -> bool:
        return role in self._grants.holders(one.name)

    @property
    def _grants(self) -> Grants:
        return self._roles.grants()

    def _keep(self, move: Move) -> None:
        self._permissions.forget(move.role, move.permission.name)
        if not move.is_default:
            self._permissions.add(Change(role=move.role, permission=move.permission.name, allowed=move.given))

    def _note(self, role: str, moves: Sequence[Move]) -> None:
        after = {move.permission.name: move.given for move in moves}
        before = {name: not given for name, given in after.items()}
        self._audit.note("changed", KIND, role, label=role, before=before, after=after)


def _contradiction(move: Move, other: Permission) -> str:
    one = move.permission
    needs, needed = (one, other) if move.given else (other, one)
    return f"{move.role} cannot have “{needs.label}” ({needs.part}) without “{needed.label}”. Tick both, or none."
