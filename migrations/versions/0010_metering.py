"""what vendors were asked and what it cost; their prices, what was spent in a day, and what was refused"""

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Exact, Instant, key

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SUMS = (
    "calls", "done", "unavailable", "unanswered", "rejected", "broken", "total_ms", "longest_ms", "to_10", "to_20",
    "to_50", "to_100", "to_200", "to_500", "to_1000", "to_2000", "to_5000", "to_10000", "to_20000", "longer", "units",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "metered_minutes",
        sa.Column("id", key(80), nullable=False),
        sa.Column("minute", Instant, nullable=False),
        sa.Column("vendor", key(41), nullable=False),
        sa.Column("verb", key(20), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in SUMS),
        sa.Column("cost", Exact, nullable=False),
        sa.Column("currency", key(3), nullable=False),
        sa.Column("said", sa.String(length=300), nullable=False),
        sa.Column("is_failing", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metered_minutes")),
    )
    op.create_index("ix_metered_minutes_minute", "metered_minutes", ["minute", "id"])
    op.create_table(
        "prices",
        sa.Column("id", key(), nullable=False),
        sa.Column("vendor", key(41), nullable=False),
        sa.Column("verb", key(20), nullable=False),
        sa.Column("country", key(2), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("price", Exact, nullable=False),
        sa.Column("currency", key(3), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("declared", Exact, nullable=True),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prices")),
        sa.UniqueConstraint("vendor", "verb", "country", name=op.f("uq_prices_vendor_verb_country")),
    )
    op.create_table(
        "vendor_refusals",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("cap", key(60), nullable=False),
        sa.Column("sentence", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("day", "cap", name=op.f("pk_vendor_refusals")),
    )
    op.create_table(
        "vendor_spending",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("account", key(60), nullable=False),
        sa.Column("amount", Exact, nullable=False),
        sa.PrimaryKeyConstraint("day", "account", name=op.f("pk_vendor_spending")),
    )


def downgrade() -> None:
    op.drop_table("vendor_spending")
    op.drop_table("vendor_refusals")
    op.drop_table("prices")
    op.drop_table("metered_minutes")
