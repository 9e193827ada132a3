"""Changed permissions in the database: a row each, read whole and often, so past the session and its entities."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from adapters.db import tables
from adapters.db.engine import Database
from core.domain.accounts import Change

columns = tables.permissions.c
ALL = select(tables.permissions).order_by(columns.role, columns.permission)


class SqlPermissions:
    """`core.ports.repositories.Permissions`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def changes(self) -> tuple[Change, ...]:
        if not self._database.in_transaction():
            with self._database.reading():
                return self.changes()
        rows = self._database.connection.execute(ALL)
        return tuple(Change(role=row.role, permission=row.permission, allowed=row.allowed) for row in rows)

    def add(self, change: Change) -> None:
        row = {"role": change.role, "permission": change.permission, "allowed": change.allowed}
        self._database.connection.execute(insert(tables.permissions), row)

    def forget(self, role: str, permission: str) -> None:
        meant = (columns.role == role) & (columns.permission == permission)
        self._database.connection.execute(delete(tables.permissions).where(meant))
