"""Accounts elsewhere and the ways there, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, UniqueConstraint, delete, select, update

from adapters.db.repositories import Shelf
from adapters.db.tables import metadata
from adapters.db.types import Instant, Json, key
from core.domain.social import Attempt, Identity

identities = Table(
    "identities",
    metadata,
    Column("id", key(), primary_key=True),
    Column("user_id", key(), ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("provider", key(20), nullable=False),
    Column("issuer", key(255), nullable=False),
    Column("subject", key(255), nullable=False),
    Column("email", String(254), nullable=False),
    Column("name", String(100), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant, nullable=False),
    UniqueConstraint("issuer", "subject"),
)
Index("ix_identities_user_id", identities.c.user_id, identities.c.id)
Index("ix_identities_created_at", identities.c.created_at, identities.c.id)

social_attempts = Table(
    "social_attempts",
    metadata,
    Column("id", key(64), primary_key=True),
    Column("provider", key(20), nullable=False),
    Column("purpose", key(20), nullable=False),
    Column("nonce", key(64), nullable=False),
    Column("verifier", key(128), nullable=False),
    Column("browser", key(64), nullable=False),
    Column("user_id", key(), nullable=False),
    Column("onward", String(2000), nullable=False),
    Column("remembered", Boolean, nullable=False),
    Column("claims", Json),
    Column("wish", Json),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("used_at", Instant),
)
ENTITIES = {Identity: identities, Attempt: social_attempts}


class SqlIdentities(Shelf):
    """`core.ports.social.Identities`."""

    def add(self, identity: Identity) -> None:
        self._add(identity)
        self._database.session.flush()

    def get(self, identity_id: str) -> Identity:
        return self._get(Identity, identity_id, "connection")

    def find(self, issuer: str, subject: str) -> Identity | None:
        wanted = (identities.c.issuer == issuer) & (identities.c.subject == subject)
        return self._database.session.scalars(select(Identity).where(wanted)).one_or_none()

    def of(self, user_id: str) -> Sequence[Identity]:
        wanted = select(Identity).where(identities.c.user_id == user_id).order_by(identities.c.id)
        return list(self._database.session.scalars(wanted))

    def hold(self, user_id: str) -> Sequence[Identity]:
        wanted = select(Identity).where(identities.c.user_id == user_id).order_by(identities.c.id)
        return list(self._database.session.scalars(wanted.with_for_update()))

    def remove(self, identity_id: str) -> None:
        self._execute(delete(identities).where(identities.c.id == identity_id))


class SqlAttempts(Shelf):
    """`core.ports.social.Attempts`."""

    def add(self, attempt: Attempt) -> None:
        self._add(attempt)

    def find(self, attempt_id: str) -> Attempt | None:
        return self._database.session.get(Attempt, attempt_id)

    def use(self, attempt_id: str, now: datetime) -> bool:
        unused = (social_attempts.c.id == attempt_id) & social_attempts.c.used_at.is_(None)
        return self._execute(update(social_attempts).where(unused).values(used_at=now)) == 1

    def remove_before(self, instant: datetime) -> int:
        return self._execute(delete(social_attempts).where(social_attempts.c.expires_at < instant))
