"""Proofs of addresses in the database, through the session of whatever transaction is open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Table,
    UniqueConstraint,
    delete,
    func,
    or_,
    select,
)

from adapters.db.repositories import Shelf
from adapters.db.tables import metadata
from adapters.db.types import Instant, key
from core.domain.accounts import Proof

proofs = Table(
    "proofs",
    metadata,
    Column("id", key(), primary_key=True),
    Column("kind", key(10), nullable=False),
    Column("address", String(254), nullable=False),
    Column("fingerprint", key(64), nullable=False),
    Column("user_id", key(), ForeignKey("users.id", ondelete="CASCADE"), index=True),
    Column("former", String(254), nullable=False, server_default=""),
    Column("username", String(39), nullable=False, server_default=""),
    Column("name", String(100), nullable=False, server_default=""),
    Column("password_hash", String(255)),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("used_at", Instant),
    UniqueConstraint("fingerprint"),
)
Index("ix_proofs_address", func.lower(proofs.c.address), proofs.c.created_at)
Index("ix_proofs_username", func.lower(proofs.c.username))
ENTITIES = {Proof: proofs}


class SqlAddressProofs(Shelf):
    """`core.ports.proofs.AddressProofs`."""

    def add(self, proof: Proof) -> None:
        self._add(proof)

    def get(self, proof_id: str) -> Proof:
        return self._get(Proof, proof_id, "proof")

    def find(self, fingerprint: str) -> Proof | None:
        return self._database.session.scalars(_known_as(fingerprint)).one_or_none()

    def hold(self, fingerprint: str) -> Proof | None:
        held = _known_as(fingerprint).with_for_update().execution_options(populate_existing=True)
        return self._database.session.scalars(held).one_or_none()

    def number_since(self, kind: str, address: str, instant: datetime) -> int:
        asked = (proofs.c.kind == kind) & _of(address) & (proofs.c.created_at >= instant)
        return self._database.session.execute(select(func.count()).where(asked)).scalar_one()

    def reserves(self, username: str, address: str, now: datetime) -> bool:
        wanted = func.lower(proofs.c.username) == username.strip().lower()
        waiting = wanted & (proofs.c.username != "") & proofs.c.used_at.is_(None) & (proofs.c.expires_at > now)
        found = select(proofs.c.id).where(waiting & ~_of(address)).limit(1)
        return self._database.session.execute(found).first() is not None

    def remove_of(self, user_id: str, address: str) -> int:
        theirs = or_(proofs.c.user_id == user_id, _of(address))
        return self._execute(delete(proofs).where(theirs, proofs.c.used_at.is_(None)))

    def remove_before(self, instant: datetime) -> int:
        return self._execute(delete(proofs).where(proofs.c.expires_at < instant))


def _known_as(fingerprint: str) -> Select[tuple[Proof]]:
    return select(Proof).where(proofs.c.fingerprint == fingerprint)


def _of(address: str) -> ColumnElement[bool]:
    return func.lower(proofs.c.address) == address.strip().lower()
