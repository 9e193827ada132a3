"""bells, preferences and phones of users"""

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Instant, Json, key

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None
UNREAD = sa.text("read_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", key(), nullable=False),
        sa.Column("user_id", key(), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("key", key(80), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("link", sa.String(500), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("read_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("user_id", "key"),
    )
    op.create_index("ix_notices_user_id", "notices", ["user_id", "id"])
    op.create_index("ix_notices_unread", "notices", ["user_id", "id"], postgresql_where=UNREAD, sqlite_where=UNREAD)
    op.create_table(
        "preferences",
        sa.Column("user_id", key(), nullable=False),
        sa.Column("kind", key(60), nullable=False),
        sa.Column("channels", Json(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "kind"),
    )
    op.create_table(
        "reaches",
        sa.Column("user_id", key(), nullable=False),
        sa.Column("quiet_from", sa.String(10), nullable=False),
        sa.Column("quiet_until", sa.String(10), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("phone_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id"),
    )
    op.create_table(
        "phone_proofs",
        sa.Column("id", key(), nullable=False),
        sa.Column("user_id", key(), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_phone_proofs_user_id", "phone_proofs", ["user_id", "id"])
    op.create_index("ix_phone_proofs_phone", "phone_proofs", ["phone", "created_at"])
    op.add_column("task_watches", sa.Column("user_id", key(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("task_watches", "user_id")
    for table in ("phone_proofs", "reaches", "preferences", "notices"):
        op.drop_table(table)
