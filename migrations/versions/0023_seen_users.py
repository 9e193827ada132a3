"""when users were last seen, and their usernames in the search index"""

import sqlalchemy as sa
from alembic import op

from adapters.db import search
from adapters.db.types import Instant

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("seen_at", Instant()))
    op.create_index("ix_users_seen_at", "users", ["seen_at", "id"])
    op.execute("UPDATE users SET seen_at = (SELECT max(seen_at) FROM sessions WHERE sessions.user_id = users.id)")
    search.drop(op, "users")
    search.make(op, "users", "email", "name", "username")


def downgrade() -> None:
    search.drop(op, "users")
    search.make(op, "users", "email", "name")
    op.drop_index("ix_users_seen_at", "users")
    op.drop_column("users", "seen_at")
