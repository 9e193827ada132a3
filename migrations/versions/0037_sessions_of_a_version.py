"""the version of the account that a session began at; none for those that began before this was kept"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sessions", sa.Column("version", sa.Integer))


def downgrade() -> None:
    op.drop_column("sessions", "version")
