"""exchange rates"""

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Exact, Instant, key

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_rates",
        sa.Column("id", key(14), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("currency", key(3), nullable=False),
        sa.Column("rate", Exact, nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("fetched_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_rates")),
        sa.UniqueConstraint("currency", "day", name=op.f("uq_exchange_rates_currency_day")),
    )


def downgrade() -> None:
    op.drop_table("exchange_rates")
