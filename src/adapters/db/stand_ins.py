"""Classes that are mapped in place of the domain's own, for what is made at every act: to make an object of a mapped
class takes four times as long, and most of these are told to the database at once and never looked at again."""

from __future__ import annotations

from typing import TypeVar, cast

from sqlalchemy import Table
from sqlalchemy.orm import class_mapper

from core.domain.accounts import Session
from core.domain.audit import AuditEntry

E = TypeVar("E")


class KeptSession(Session):
    """A session that was read."""

    __str__ = Session.__str__


class KeptEntry(AuditEntry):
    """An audit entry that was read."""

    __str__ = AuditEntry.__str__


STAND_INS: dict[type, type] = {Session: KeptSession, AuditEntry: KeptEntry}


def mapped(entity: type[E]) -> type[E]:
    """The class that is mapped for an entity: most often its own."""
    return STAND_INS.get(entity, entity)


def table_of(entity: type) -> Table:
    """The table that an entity is mapped to."""
    return cast(Table, class_mapper(mapped(entity)).local_table)
