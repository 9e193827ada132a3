"""desks: numbers of whole hours, queues that are paused, runs that were missed"""

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Instant, key

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NUMBERS = ("sign_ups", "messages", "delivered", "accepted", "done", "retried", "dead", "refusals")


def upgrade() -> None:
    op.create_table(
        "hourly_figures",
        sa.Column("hour", Instant, nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in NUMBERS),
        sa.PrimaryKeyConstraint("hour", name=op.f("pk_hourly_figures")),
    )
    op.create_table(
        "paused_queues",
        sa.Column("queue", key(), nullable=False),
        sa.Column("paused_by", sa.String(length=200), nullable=False),
        sa.Column("paused_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("queue", name=op.f("pk_paused_queues")),
    )
    op.add_column("schedule_runs", sa.Column("missed", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.execute("DELETE FROM schedule_runs WHERE task_id LIKE 'non\\_%' ESCAPE '\\'")
    op.drop_column("schedule_runs", "missed")
    op.drop_table("paused_queues")
    op.drop_table("hourly_figures")
