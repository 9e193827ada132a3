"""search indexes: words in contact messages, users, the audit and exchange rates"""

from alembic import op

from adapters.db import search

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    search.make(op, "contact_messages", "name", "email", "subject", "message")
    search.make(op, "users", "email", "name")
    search.make(op, "audit_entries", "actor_name", "label", "action", "record_id")
    search.make(op, "exchange_rates", "currency", "source")


def downgrade() -> None:
    for table in ("exchange_rates", "audit_entries", "users", "contact_messages"):
        search.drop(op, table)
