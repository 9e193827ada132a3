"""Roles, in rising order, and leave to do things as code declares it; who has it in the end, administrators decide."""

from __future__ import annotations

from dataclasses import dataclass

ROLES = ("member", "viewer", "moderator", "staff", "admin", "super-admin")
"""In rising order: nobody acts on a user above them, or gives a role above their own."""
SUPER_ADMIN = ROLES[-1]
STAFF = ("staff", "admin", "super-admin")
MODERATORS = ("moderator", *STAFF)
READERS = ("viewer", *STAFF)
ADMINS = ("admin", "super-admin")
SUPER_ADMINS = ("super-admin",)


@dataclass(frozen=True, kw_only=True)
class Permission:
    """Leave to do something, like users.change: declared beside what it opens, with the roles that have it at first.

    `part` is what it belongs to and `label` what one may do there, as the panel shows both. One that only `reads` may
    be given to viewers too; without leave to see the part (users.see) the others of that part are worth nothing.
    """

    name: str
    part: str
    label: str
    roles: tuple[str, ...]
    reads: bool = False

    @property
    def first(self) -> str:
        """The name of the permission to see the same part."""
        return f"{self.name.partition('.')[0]}.see"

    def fits(self, role: str) -> bool:
        """Whether this role can have it: viewers what reads, members what is declared for them, the others all."""
        return role in self.roles or role not in ("member", "viewer") or (role == "viewer" and self.reads)
