"""Runs migrations over the connection it is given; Alembic is never called by itself."""

import warnings
from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, String, text
from sqlalchemy.dialects import postgresql

from adapters.db import types
from adapters.db.search import is_not_search
from adapters.db.tables import metadata

LOCK = 7_316_204_011
UNSEEN = ".*expression-based index"
"""SQLite shows nobody its indexes over expressions; on PostgreSQL they are compared like all others."""


def migrate(connection: Connection) -> None:
    """One transaction; on PostgreSQL under a lock, so that two deploys at once do it once."""
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True,
        include_object=is_not_search, render_item=written,
    )  # fmt: skip
    with context.begin_transaction(), warnings.catch_warnings():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        if connection.dialect.name == "sqlite":
            warnings.filterwarnings("ignore", UNSEEN)
        context.run_migrations()


def written(kind: str, item: Any, autogenerate: AutogenContext) -> str | bool:
    """How our own types stand in a new migration: `Instant` and `key(40)`, not what they are made of."""
    if kind != "type":
        return False
    if type(item).__module__ == types.__name__:
        autogenerate.imports.add(f"from {types.__name__} import {type(item).__name__}")
        return type(item).__name__
    if isinstance(item, String) and "COLLATE" in item.compile(dialect=postgresql.dialect()):
        autogenerate.imports.add(f"from {types.__name__} import key")
        return f"key({item.length})"
    return False


given = context.config.attributes.get("connection")
if given is None:
    raise SystemExit("Migrations are run by our own command:  flask db upgrade")
migrate(given)
