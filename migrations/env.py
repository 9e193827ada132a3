"""Runs migrations over a connection it is given, or over DATABASE_URL when Alembic is called by itself."""

from alembic import context
from sqlalchemy import Connection, text

from adapters.db.search import is_not_search
from adapters.db.tables import metadata

LOCK = 7_316_204_011


def migrate(connection: Connection) -> None:
    """One transaction; on PostgreSQL under a lock, so that two deploys at once do it once."""
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True,
        include_object=is_not_search,
    )  # fmt: skip
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is None:
    raise SystemExit("Migrations are run by our own command:  flask db upgrade")
migrate(given)
