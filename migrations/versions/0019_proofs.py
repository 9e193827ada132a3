"""proofs: who has yet to show that an address is theirs"""

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Instant, key

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proofs",
        sa.Column("id", key(), nullable=False),
        sa.Column("kind", key(10), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("fingerprint", key(64), nullable=False),
        sa.Column("user_id", key(), nullable=True),
        sa.Column("former", sa.String(length=254), nullable=False, server_default=""),
        sa.Column("username", sa.String(length=39), nullable=False, server_default=""),
        sa.Column("name", sa.String(length=100), nullable=False, server_default=""),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("used_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_proofs_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proofs")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_proofs_fingerprint")),
    )
    op.create_index(op.f("ix_proofs_user_id"), "proofs", ["user_id"])
    op.create_index(op.f("ix_proofs_expires_at"), "proofs", ["expires_at"])
    op.create_index("ix_proofs_address", "proofs", [sa.text("lower(address)"), "created_at"])
    op.create_index("ix_proofs_username", "proofs", [sa.text("lower(username)")])


def downgrade() -> None:
    op.drop_table("proofs")
