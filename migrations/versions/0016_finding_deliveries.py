"""what was sent to whom, and which addresses get nothing any more, found by an index"""

from alembic import op

from adapters.db import search

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_deliveries_recipient", "deliveries", ["recipient", "id"])
    search.make(op, "suppressions", "address")


def downgrade() -> None:
    search.drop(op, "suppressions")
    op.drop_index("ix_deliveries_recipient", "deliveries")
