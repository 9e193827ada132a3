"""conversations, their messages, and blocks"""

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Instant, key

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None
UNREAD = sa.text("unread > 0")


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", key(), nullable=False),
        sa.Column("of_two", sa.Boolean(), nullable=False),
        sa.Column("pair", key(81), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("last_id", key(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("pair"),
    )
    op.create_index("ix_conversations_last_at", "conversations", ["last_at", "id"])
    _make_members()
    _make_messages()
    op.create_table(
        "message_blocks",
        sa.Column("user_id", key(), nullable=False),
        sa.Column("blocked_id", key(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "blocked_id"),
    )
    op.create_index("ix_message_blocks_blocked_id", "message_blocks", ["blocked_id", "user_id"])


def _make_members() -> None:
    op.create_table(
        "conversation_members",
        sa.Column("conversation_id", key(), nullable=False),
        sa.Column("user_id", key(), nullable=False),
        sa.Column("since", key(), nullable=False),
        sa.Column("read_id", key(), nullable=False),
        sa.Column("last_id", key(), nullable=False),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("joined_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("conversation_id", "user_id"),
    )
    op.create_index("ix_conversation_members_user_id", "conversation_members", ["user_id", "last_id"])
    op.create_index(
        "ix_conversation_members_unread", "conversation_members", ["user_id"], postgresql_where=UNREAD,
        sqlite_where=UNREAD,
    )  # fmt: skip


def _make_messages() -> None:
    op.create_table(
        "direct_messages",
        sa.Column("id", key(), nullable=False),
        sa.Column("conversation_id", key(), nullable=False),
        sa.Column("author_id", key(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("edited_at", Instant(), nullable=True),
        sa.Column("deleted_at", Instant(), nullable=True),
        sa.Column("hidden_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_direct_messages_conversation_id", "direct_messages", ["conversation_id", "id"])
    op.create_index("ix_direct_messages_author_id", "direct_messages", ["author_id", "id"])


def downgrade() -> None:
    for table in ("message_blocks", "direct_messages", "conversation_members", "conversations"):
        op.drop_table(table)
