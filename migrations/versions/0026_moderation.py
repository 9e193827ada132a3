"""reports, and suspensions that end"""

import sqlalchemy as sa
from alembic import op

from adapters.db import search
from adapters.db.types import Instant, Json, key

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None
IS_OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("id", key(), nullable=False),
        sa.Column("about_kind", key(60), nullable=False),
        sa.Column("about_id", key(200), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("reporter_id", key(), nullable=True),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("context", Json(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_by", key(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "uq_reports_open", "reports", ["about_kind", "about_id", "reporter_id"], unique=True, postgresql_where=IS_OPEN,
        sqlite_where=IS_OPEN,
    )  # fmt: skip
    op.create_index("ix_reports_about", "reports", ["about_kind", "about_id", "id"])
    op.create_index("ix_reports_state", "reports", ["state", "id"])
    op.create_index("ix_reports_reporter_id", "reports", ["reporter_id", "id"])
    search.make(op, "reports", "words", "note")
    op.add_column("users", sa.Column("suspended_until", Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("users", "suspended_until")
    search.drop(op, "reports")
    op.drop_table("reports")
