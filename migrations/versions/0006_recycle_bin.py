"""recycle bin: what was deleted, for a while"""

import sqlalchemy as sa
from alembic import op

from adapters.db import search
from adapters.db.types import Instant, Json, key

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deleted_records",
        sa.Column("id", key(), nullable=False),
        sa.Column("act", key(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("kind", key(60), nullable=False),
        sa.Column("record_id", key(200), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("by_id", key(), nullable=False),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.Column("values", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deleted_records")),
    )
    op.create_index(op.f("ix_deleted_records_act"), "deleted_records", ["act"])
    op.create_index(op.f("ix_deleted_records_at"), "deleted_records", ["at"])
    op.create_index("ix_deleted_records_kind", "deleted_records", ["kind", "id"])
    search.make(op, "deleted_records", "kind", "label")


def downgrade() -> None:
    search.drop(op, "deleted_records")
    op.drop_table("deleted_records")
