"""the numbers of tags in their order, so that the most used are the beginning of an index"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tags = sa.text("substr(scope, 1, 4) = 'tag:'")
    op.create_index(
        "ix_tallies_tags", "tallies", [sa.text("number DESC"), "scope"], postgresql_where=tags, sqlite_where=tags
    )


def downgrade() -> None:
    op.drop_index("ix_tallies_tags", "tallies")
