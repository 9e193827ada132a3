"""access tokens and connected accounts, found by an index"""

from alembic import op

from adapters.db import search

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    search.make(op, "access_tokens", "name", "hint")
    search.make(op, "identities", "email", "name", "subject")


def downgrade() -> None:
    search.drop(op, "identities")
    search.drop(op, "access_tokens")
