"""permissions that administrators changed"""

import sqlalchemy as sa
from alembic import op

from adapters.db.types import key

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "permissions",
        sa.Column("role", key(20), nullable=False),
        sa.Column("permission", key(120), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("role", "permission"),
    )


def downgrade() -> None:
    op.drop_table("permissions")
