"""what became of every message, the news of it, and the addresses to which nothing is sent any more"""

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Instant, Json, key

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", key(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("channel", key(10), nullable=False),
        sa.Column("recipient", sa.String(length=2000), nullable=False),
        sa.Column("state", key(10), nullable=False),
        sa.Column("carrier", key(30), nullable=False),
        sa.Column("message_id", key(250), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("detail", sa.String(length=500), nullable=False),
        sa.Column("about", key(), nullable=False),
        sa.Column("task_id", key(), nullable=False),
        sa.Column("key", key(80), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("asked_at", Instant),
        sa.Column("onward", Json),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("key", name=op.f("uq_deliveries_key")),
    )
    op.create_index("ix_deliveries_message_id", "deliveries", ["message_id"])
    _make_events()
    op.create_table(
        "suppressions",
        sa.Column("id", key(), nullable=False),
        sa.Column("channel", key(10), nullable=False),
        sa.Column("address", sa.String(length=2000), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppressions")),
        sa.UniqueConstraint("channel", "address", name=op.f("uq_suppressions_channel_address")),
    )


def _make_events() -> None:
    op.create_table(
        "delivery_events",
        sa.Column("carrier", key(30), nullable=False),
        sa.Column("event_id", key(250), nullable=False),
        sa.Column("message_id", key(250), nullable=False),
        sa.Column("state", key(10), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("detail", sa.String(length=500), nullable=False),
        sa.Column("is_final_for", sa.String(length=2000), nullable=False),
        sa.Column("heard_at", Instant, nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("carrier", "event_id", name=op.f("pk_delivery_events")),
    )
    op.create_index("ix_delivery_events_heard_at", "delivery_events", ["heard_at"])
    op.create_index("ix_delivery_events_waiting", "delivery_events", ["message_id"],
                    postgresql_where=sa.text("waits"), sqlite_where=sa.text("waits"))  # fmt: skip


def downgrade() -> None:
    op.drop_table("suppressions")
    op.drop_table("delivery_events")
    op.drop_table("deliveries")
