"""devices: where pushes go"""

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Instant, Json, key

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "devices",
        sa.Column("id", key(), nullable=False),
        sa.Column("owner", key(), nullable=False),
        sa.Column("kind", key(10), nullable=False),
        sa.Column("address", sa.String(length=2000), nullable=False),
        sa.Column("fingerprint", key(64), nullable=False),
        sa.Column("keys", Json, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("used_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_devices_fingerprint")),
    )
    op.create_index(op.f("ix_devices_owner"), "devices", ["owner"])
    op.create_index(op.f("ix_devices_used_at"), "devices", ["used_at"])


def downgrade() -> None:
    op.drop_table("devices")
