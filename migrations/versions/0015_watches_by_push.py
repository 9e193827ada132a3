"""who wants to be told by a push"""

import sqlalchemy as sa
from alembic import op

from adapters.db.types import key

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("task_watches", sa.Column("device_id", key(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("task_watches", "device_id")
