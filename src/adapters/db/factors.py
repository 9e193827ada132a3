"""Second factors and recovery codes in the database, through the session of whatever transaction is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Select,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    delete,
    select,
    update,
)

from adapters.db.repositories import Shelf
from adapters.db.tables import metadata
from adapters.db.types import Instant, key
from core.domain.accounts import Factor, RecoveryCode

factors = Table(
    "factors",
    metadata,
    Column("id", key(), primary_key=True),
    Column("user_id", key(), ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("kind", key(10), nullable=False),
    Column("secret", String(400), nullable=False),
    Column("mark", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    Column("used_at", Instant),
    UniqueConstraint("user_id", "kind"),
)
recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("id", key(), primary_key=True),
    Column("user_id", key(), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("code_hash", String(255), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant),
)
IS_ON = "SELECT 1 FROM factors WHERE user_id = :user AND confirmed_at IS NOT NULL LIMIT 1"
ENTITIES = {Factor: factors, RecoveryCode: recovery_codes}


class SqlFactors(Shelf):
    """`core.ports.factors.Factors`."""

    def add(self, factor: Factor) -> None:
        self._add(factor)

    def of(self, user_id: str) -> Sequence[Factor]:
        return list(self._database.session.scalars(_of(), {"user": user_id}))

    def is_on(self, user_id: str) -> bool:
        return bool(self._database.rows(IS_ON, {"user": user_id}))

    def hold(self, user_id: str) -> Sequence[Factor]:
        wanted = _of().with_for_update().execution_options(populate_existing=True)
        return list(self._database.session.scalars(wanted, {"user": user_id}))

    def remove_all(self, user_id: str) -> int:
        return self._execute(delete(factors).where(factors.c.user_id == user_id))


class SqlRecoveryCodes(Shelf):
    """`core.ports.factors.RecoveryCodes`."""

    def replace(self, user_id: str, codes: Sequence[RecoveryCode]) -> None:
        self._execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
        for code in codes:
            self._add(code)

    def unused(self, user_id: str) -> Sequence[RecoveryCode]:
        left = (recovery_codes.c.user_id == user_id) & recovery_codes.c.used_at.is_(None)
        return list(self._database.session.scalars(select(RecoveryCode).where(left).order_by(recovery_codes.c.id)))

    def spend(self, code_id: str, now: datetime) -> bool:
        left = (recovery_codes.c.id == code_id) & recovery_codes.c.used_at.is_(None)
        return self._execute(update(recovery_codes).where(left).values(used_at=now)) == 1


@cache
def _of() -> Select[tuple[Factor]]:
    return select(Factor).where(factors.c.user_id == bindparam("user")).order_by(factors.c.id)
