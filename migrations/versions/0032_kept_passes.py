"""the pass that lives on when its holder changes the password"""

import sqlalchemy as sa
from alembic import op

from adapters.db.types import key

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("kept_pass", key(80), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("users", "kept_pass")
