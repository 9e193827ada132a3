"""places: records by address, found by distance; and what geocoders answered"""

import sqlalchemy as sa
from alembic import op

from adapters.db import search
from adapters.db.types import Exact, Instant, Json, key

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "places",
        sa.Column("id", key(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("kind", key(60), nullable=False),
        sa.Column("record_id", key(200), nullable=False),
        sa.Column("state", key(10), nullable=False),
        sa.Column("latitude", Exact, nullable=True),
        sa.Column("longitude", Exact, nullable=True),
        sa.Column("label", sa.String(length=300), nullable=False),
        sa.Column("source", key(20), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
    )
    op.create_index("ix_places_point", "places", ["kind", "latitude", "longitude", "id"])
    op.create_index("ix_places_record", "places", ["kind", "record_id", "id"])
    op.create_index("ix_places_created_at", "places", ["created_at", "id"])
    op.create_table(
        "geocodes",
        sa.Column("id", key(64), nullable=False),
        sa.Column("spots", Json, nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_geocodes")),
    )
    op.create_index(op.f("ix_geocodes_asked_at"), "geocodes", ["asked_at"])
    search.make(op, "places", "name", "address")


def downgrade() -> None:
    search.drop(op, "places")
    op.drop_table("geocodes")
    op.drop_table("places")
