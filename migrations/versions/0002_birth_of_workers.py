"""birth of workers, and the suspects by their deaths"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SUSPECT = sa.text("state = 'ready' AND deaths > 0")


def upgrade() -> None:
    op.add_column("workers", sa.Column("birth", sa.String(length=120), nullable=False, server_default=""))
    op.create_index(
        "ix_tasks_suspect",
        "tasks",
        ["queue", "deaths", "priority", "id"],
        unique=False,
        postgresql_where=SUSPECT,
        sqlite_where=SUSPECT,
    )


def downgrade() -> None:
    op.drop_index("ix_tasks_suspect", table_name="tasks")
    op.drop_column("workers", "birth")
