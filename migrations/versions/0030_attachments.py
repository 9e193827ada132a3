"""attachments: files that belong to posts"""

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Instant, key

revision = "0030"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", key(), nullable=False),
        sa.Column("post_id", key(), nullable=False),
        sa.Column("owner_id", key(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_attachments_owner_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_attachments_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index(op.f("ix_attachments_owner_id"), "attachments", ["owner_id"])
    op.create_index(op.f("ix_attachments_post_id"), "attachments", ["post_id"])


def downgrade() -> None:
    op.drop_table("attachments")
