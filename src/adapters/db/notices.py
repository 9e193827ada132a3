"""Bells and what people chose, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    select,
    text,
    update,
)

from adapters.db.repositories import Shelf
from adapters.db.tables import metadata, users
from adapters.db.types import Instant, Json, key
from core.domain.kernel.ids import earliest_id
from core.domain.notices import Notice, PhoneProof, Preference, Reach


def _owner(**how: bool) -> Column[str]:
    return Column("user_id", key(), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, **how)


notices = Table(
    "notices",
    metadata,
    Column("id", key(), primary_key=True),
    _owner(),
    Column("kind", String(60), nullable=False),
    Column("key", key(80), nullable=False),
    Column("title", String(200), nullable=False),
    Column("text", String(500), nullable=False),
    Column("link", String(500), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("read_at", Instant),
    UniqueConstraint("user_id", "key"),
)
Index("ix_notices_user_id", notices.c.user_id, notices.c.id)
Index("ix_notices_unread", notices.c.user_id, notices.c.id,
      postgresql_where=text("read_at IS NULL"), sqlite_where=text("read_at IS NULL"))  # fmt: skip

preferences = Table(
    "preferences",
    metadata,
    _owner(primary_key=True),
    Column("kind", key(60), primary_key=True),
    Column("channels", Json, nullable=False),
)
reaches = Table(
    "reaches",
    metadata,
    _owner(primary_key=True),
    Column("quiet_from", String(10), nullable=False),
    Column("quiet_until", String(10), nullable=False),
    Column("phone", String(20), nullable=False),
    Column("phone_at", Instant),
)
phone_proofs = Table(
    "phone_proofs",
    metadata,
    Column("id", key(), primary_key=True),
    _owner(),
    Column("phone", String(20), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("used_at", Instant),
)
Index("ix_phone_proofs_user_id", phone_proofs.c.user_id, phone_proofs.c.id)
Index("ix_phone_proofs_phone", phone_proofs.c.phone, phone_proofs.c.created_at)
ENTITIES = {Notice: notices, Preference: preferences, Reach: reaches, PhoneProof: phone_proofs}
COLUMNS = tuple(one.name for one in fields(Notice))
_OWED = select(notices.c.id).where(notices.c.user_id == bindparam("owner"), notices.c.read_at.is_(None))
NUMBER = select(func.count()).select_from(_OWED.limit(bindparam("most", type_=Integer)).subquery())
"""Every page shows the bell, so what counts it is put together once."""


class SqlNotices(Shelf):
    """`core.ports.notices.Notices`."""

    def add(self, given: Sequence[Notice]) -> None:
        owners = {notice.user_id for notice in given}
        here = set(self._database.session.scalars(select(users.c.id).where(users.c.id.in_(owners))))
        rows = [{name: getattr(one, name) for name in COLUMNS} for one in given if one.user_id in here]
        if rows:
            self._execute(self._database.insert(notices).values(rows).on_conflict_do_nothing())

    def find(self, notice_id: str) -> Notice | None:
        return self._database.session.get(Notice, notice_id)

    def of(self, user_id: str, *, after: str, unread: bool, most: int) -> list[Notice]:
        wanted = select(Notice).where(notices.c.user_id == user_id)
        wanted = wanted.where(notices.c.id < after) if after else wanted
        wanted = wanted.where(notices.c.read_at.is_(None)) if unread else wanted
        return list(self._database.session.scalars(wanted.order_by(notices.c.id.desc()).limit(most)))

    def number_unread(self, user_id: str, most: int) -> int:
        return self._database.session.execute(NUMBER, {"owner": user_id, "most": most}).scalar_one()

    def read_all(self, user_id: str, now: datetime, up_to: str) -> int:
        unread = update(notices).where(notices.c.user_id == user_id, notices.c.read_at.is_(None))
        return self._execute((unread.where(notices.c.id <= up_to) if up_to else unread).values(read_at=now))

    def remove_before(self, instant: datetime, most: int) -> int:
        old = select(notices.c.id).where(notices.c.id < earliest_id("ntc", instant)).order_by(notices.c.id).limit(most)
        return self._execute(delete(notices).where(notices.c.id.in_(old.scalar_subquery())))


class SqlPreferences(Shelf):
    """`core.ports.notices.Preferences`."""

    def of(self, user_id: str) -> list[Preference]:
        wanted = select(Preference).where(preferences.c.user_id == user_id).order_by(preferences.c.kind)
        return list(self._database.session.scalars(wanted))

    def find(self, user_id: str, kind: str) -> Preference | None:
        return self._database.session.get(Preference, (user_id, kind))

    def without(self, way: str, kind: str, users: Sequence[str]) -> set[str]:
        told = select(preferences.c.user_id, preferences.c.channels)
        wanted = told.where(preferences.c.kind == kind, preferences.c.user_id.in_(users))
        return {user for user, channels in self._database.session.execute(wanted) if way not in channels}

    def keep(self, preference: Preference) -> None:
        self._database.session.merge(preference)


class SqlReaches(Shelf):
    """`core.ports.notices.Reaches`."""

    def of(self, user_id: str) -> Reach | None:
        return self._database.session.get(Reach, user_id)

    def hold(self, user_id: str) -> Reach:
        empty = {"user_id": user_id, "quiet_from": "", "quiet_until": "", "phone": ""}
        self._execute(self._database.insert(reaches).values(empty).on_conflict_do_nothing())
        held = select(Reach).where(reaches.c.user_id == user_id).with_for_update()
        return self._database.session.scalars(held.execution_options(populate_existing=True)).one()

    def add_proof(self, proof: PhoneProof) -> None:
        self._add(proof)

    def proof(self, proof_id: str) -> PhoneProof | None:
        found = self._database.session.get(PhoneProof, proof_id)
        newest = found and self.last_proof(found.user_id)
        return found if found is newest else None

    def last_proof(self, user_id: str) -> PhoneProof | None:
        return self._database.session.scalars(_newest(user_id)).one_or_none()

    def hold_proof(self, user_id: str) -> PhoneProof | None:
        held = _newest(user_id).with_for_update().execution_options(populate_existing=True)
        return self._database.session.scalars(held).one_or_none()

    def proofs_since(self, instant: datetime, *, user_id: str = "", phone: str = "") -> int:
        whose = phone_proofs.c.user_id == user_id if user_id else phone_proofs.c.phone == phone
        asked = select(func.count()).where(whose, phone_proofs.c.created_at >= instant)
        return self._database.session.execute(asked).scalar_one()

    def remove_proofs(self, instant: datetime) -> int:
        return self._execute(delete(phone_proofs).where(phone_proofs.c.id < earliest_id("phn", instant)))


def _newest(user_id: str) -> Select[tuple[PhoneProof]]:
    return select(PhoneProof).where(phone_proofs.c.user_id == user_id).order_by(phone_proofs.c.id.desc()).limit(1)
