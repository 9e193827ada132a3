"""people: usernames, profiles, suspension; sessions: how they began"""

import sqlalchemy as sa
from alembic import op

from adapters.db.types import Instant

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _of_users() -> tuple[sa.Column, ...]:
    return (
        sa.Column("username", sa.String(length=39), nullable=False, server_default=""),
        sa.Column("suspension", sa.String(length=300), nullable=False, server_default=""),
        sa.Column("verified_at", Instant),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("bio", sa.Text(), nullable=False, server_default=""),
        sa.Column("image", sa.String(length=500), nullable=False, server_default=""),
        sa.Column("location", sa.String(length=100), nullable=False, server_default=""),
        sa.Column("language", sa.String(length=10), nullable=False, server_default=""),
        sa.Column("zone", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("leaving_at", Instant),
    )


def _of_sessions() -> tuple[sa.Column, ...]:
    return (
        sa.Column("remembered", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        sa.Column("proven_at", Instant),
        sa.Column("strong", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    )


def upgrade() -> None:
    for column in _of_users():
        op.add_column("users", column)
    for column in _of_sessions():
        op.add_column("sessions", column)
    # Who was here before had their address from an administrator: it counts as theirs, and the id makes a name.
    op.execute("UPDATE users SET username = substr(id, 5), verified_at = created_at")
    named, leaving = sa.text("username <> ''"), sa.text("leaving_at IS NOT NULL")
    op.create_index(
        "uq_users_username", "users", [sa.text("lower(username)")], unique=True,
        postgresql_where=named, sqlite_where=named,
    )  # fmt: skip
    op.create_index(
        "ix_users_leaving_at", "users", ["leaving_at"], postgresql_where=leaving, sqlite_where=leaving,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_users_leaving_at", "users")
    op.drop_index("uq_users_username", "users")
    for column in _of_sessions():
        op.drop_column("sessions", column.name)
    for column in _of_users():
        op.drop_column("users", column.name)
