"""Access tokens in the database, through the session of whatever transaction is open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer, String, Table, UniqueConstraint, and_, delete, func, or_, select

from adapters.db.repositories import Shelf
from adapters.db.tables import metadata, users
from adapters.db.types import Instant, key
from core.domain.tokens import AccessToken

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("id", key(), primary_key=True),
    Column("user_id", key(), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", String(60), nullable=False),
    Column("scopes", String(500), nullable=False),
    Column("hint", String(10), nullable=False),
    Column("fingerprint", key(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("used_at", Instant),
    Column("used_from", String(64), nullable=False),
    UniqueConstraint("fingerprint"),
)
ENTITIES = {AccessToken: access_tokens}


class SqlTokens(Shelf):
    """`core.ports.tokens.Tokens`."""

    def add(self, token: AccessToken) -> None:
        self._add(token)

    def find(self, token_id: str) -> AccessToken | None:
        return self._database.session.get(AccessToken, token_id)

    def by_fingerprint(self, fingerprint: str) -> AccessToken | None:
        wanted = select(AccessToken).where(access_tokens.c.fingerprint == fingerprint)
        return self._database.session.scalars(wanted).one_or_none()

    def of(self, user_id: str) -> list[AccessToken]:
        wanted = select(AccessToken).where(access_tokens.c.user_id == user_id).order_by(access_tokens.c.id.desc())
        return list(self._database.session.scalars(wanted))

    def remove(self, token_id: str) -> None:
        self._execute(delete(access_tokens).where(access_tokens.c.id == token_id))

    def remove_ended(self, instant: datetime) -> int:
        rows = access_tokens.c
        of_today = select(users.c.id).where(users.c.id == rows.user_id, users.c.version == rows.version).exists()
        ended = and_(~of_today, func.coalesce(rows.used_at, rows.created_at) < instant)
        return self._execute(delete(access_tokens).where(or_(rows.expires_at < instant, ended)))
