"""Roles, plugged in: what can be allowed, who answers whether a role may, and the desk that changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.domain.accounts import RoleDesk, Roles
from core.domain.accounts.role_desk import PERMISSIONS as OF_ROLES
from core.domain.accounts.roles import named
from core.domain.kernel.roles import SUPER_ADMINS, Permission
from core.domain.queues import PERMISSIONS as OF_QUEUES
from core.domain.records import Kinds
from core.domain.records.kinds import permissions_of
from entrypoints import modules

if TYPE_CHECKING:
    from entrypoints.container import App

__all__ = ["PARTS", "PERMISSIONS", "declared"]
PERMISSIONS = (
    *OF_QUEUES, *OF_ROLES,
    Permission(name="doctor.see", part="Doctor", label="See", roles=SUPER_ADMINS, reads=True),
)  # fmt: skip
"""What can be allowed, beside what modules and declared records say."""
PARTS = {
    "roles": lambda app: Roles(app.permissions, lambda: declared(app)),
    "role_desk": lambda app: RoleDesk(app.roles, app.permissions, app.audit),
    "permitted": lambda app: Kinds(lambda: app.declared, app.roles),
}


def declared(app: App) -> dict[str, Permission]:
    """Everything that can be allowed, by name: records first, in the order of the menu, then the other parts."""
    of_records = [one for kind in app.declared.values() for one in permissions_of(kind)]
    of_modules = [one for told in modules.told("PERMISSIONS") for one in told]
    return named((*of_records, *PERMISSIONS, *of_modules))
