"""accounts elsewhere that sign people in, and the ways there"""

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Instant, Json, key

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _identities()
    _attempts()


def downgrade() -> None:
    op.drop_table("social_attempts")
    op.drop_table("identities")


def _identities() -> None:
    op.create_table(
        "identities",
        sa.Column("id", key(), nullable=False),
        sa.Column("user_id", key(), nullable=False),
        sa.Column("provider", key(20), nullable=False),
        sa.Column("issuer", key(255), nullable=False),
        sa.Column("subject", key(255), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("used_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_identities_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identities_issuer_subject")),
    )
    op.create_index("ix_identities_user_id", "identities", ["user_id", "id"])
    op.create_index("ix_identities_created_at", "identities", ["created_at", "id"])


def _attempts() -> None:
    op.create_table(
        "social_attempts",
        sa.Column("id", key(64), nullable=False),
        sa.Column("provider", key(20), nullable=False),
        sa.Column("purpose", key(20), nullable=False),
        sa.Column("nonce", key(64), nullable=False),
        sa.Column("verifier", key(128), nullable=False),
        sa.Column("browser", key(64), nullable=False),
        sa.Column("user_id", key(), nullable=False),
        sa.Column("onward", sa.String(length=2000), nullable=False),
        sa.Column("remembered", sa.Boolean(), nullable=False),
        sa.Column("claims", Json),
        sa.Column("wish", Json),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("used_at", Instant),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_social_attempts")),
    )
    op.create_index("ix_social_attempts_expires_at", "social_attempts", ["expires_at"])
