"""Runs migrations over the connection it is given; Alembic is never called by itself."""

import warnings

from alembic import context
from sqlalchemy import Connection, text

from adapters.db.search import is_not_search
from adapters.db.tables import metadata

LOCK = 7_316_204_011
UNSEEN = ".*expression-based index"
"""SQLite shows nobody its indexes over expressions; on PostgreSQL they are compared like all others."""


def migrate(connection: Connection) -> None:
    """One transaction; on PostgreSQL under a lock, so that two deploys at once do it once."""
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True,
        include_object=is_not_search,
    )  # fmt: skip
    with context.begin_transaction(), warnings.catch_warnings():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        if connection.dialect.name == "sqlite":
            warnings.filterwarnings("ignore", UNSEEN)
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is None:
    raise SystemExit("Migrations are run by our own command:  flask db upgrade")
migrate(given)
