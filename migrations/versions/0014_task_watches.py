"""who wants to be told when a task has ended"""

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Instant, key

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "task_watches",
        sa.Column("id", key(), nullable=False),
        sa.Column("task_id", key(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("mail", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("told_at", Instant),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_watches")),
    )
    op.create_index("ix_task_watches_task_id", "task_watches", ["task_id"])
    op.create_index("ix_task_watches_created_at", "task_watches", ["created_at"])
    op.create_index("ix_task_watches_open", "task_watches", ["id"],
                    postgresql_where=sa.text("told_at IS NULL"), sqlite_where=sa.text("told_at IS NULL"))  # fmt: skip


def downgrade() -> None:
    op.drop_table("task_watches")
