"""views of lists: columns and questions that people keep; indexes for the dates that lists are stepped through by"""

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Instant, Json, key

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

DATED = {"users": "created_at", "contact_messages": "created_at", "audit_entries": "at"}


def upgrade() -> None:
    op.create_table(
        "list_views",
        sa.Column("id", key(), nullable=False),
        sa.Column("owner", key(), nullable=False),
        sa.Column("kind", key(60), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("audience", key(20), nullable=False),
        sa.Column("query", Json, nullable=False),
        sa.Column("columns", Json, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["users.id"], name=op.f("fk_list_views_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_views")),
        sa.UniqueConstraint("owner", "kind", "title", name=op.f("uq_list_views_owner_kind_title")),
    )
    op.create_index("ix_list_views_kind", "list_views", ["kind", "audience"])
    for table, field in DATED.items():
        op.create_index(f"ix_{table}_{field}", table, [field, "id"])


def downgrade() -> None:
    for table, field in DATED.items():
        op.drop_index(f"ix_{table}_{field}", table)
    op.drop_table("list_views")
