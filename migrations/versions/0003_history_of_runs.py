"""history of runs: a run is known by its task, so that one somebody asked for needs no due instant; windows"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("schedules", sa.Column("window", sa.Integer(), nullable=False, server_default="60"))
    op.execute("UPDATE schedules SET declared = declared || ' 60' WHERE declared <> ''")
    with op.batch_alter_table("schedule_runs") as runs:
        runs.drop_constraint("pk_schedule_runs", type_="primary")
        runs.create_primary_key("pk_schedule_runs", ["task_id"])
        runs.alter_column("due_at", nullable=True)
        runs.create_unique_constraint("uq_schedule_runs_schedule_due_at", ["schedule", "due_at"])
        runs.create_index("ix_schedule_runs_fired", ["schedule", "fired_at"], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM schedule_runs WHERE due_at IS NULL")
    with op.batch_alter_table("schedule_runs") as runs:
        runs.drop_index("ix_schedule_runs_fired")
        runs.drop_constraint("uq_schedule_runs_schedule_due_at", type_="unique")
        runs.drop_constraint("pk_schedule_runs", type_="primary")
        runs.alter_column("due_at", nullable=False)
        runs.create_primary_key("pk_schedule_runs", ["schedule", "due_at"])
    op.execute("UPDATE schedules SET declared = substr(declared, 1, length(declared) - 3) WHERE declared LIKE '% 60'")
    op.drop_column("schedules", "window")
