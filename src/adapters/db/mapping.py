"""Lays the domain's plain classes over the tables, once per process; the classes never notice."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import registry

from adapters.db import tables
from adapters.db.factors import ENTITIES as OF_FACTORS
from adapters.db.proofs import ENTITIES as OF_PROOFS
from adapters.db.stand_ins import KeptEntry, KeptSession
from core.domain.accounts import User
from core.domain.contact import ContactMessage
from core.domain.idempotency import KeptAnswer
from core.domain.records import DeletedRecord, ListView
from core.domain.schedules import Schedule, ScheduleRun
from core.domain.tasks import Task

mapper = registry(metadata=tables.metadata)
ENTITIES: dict[type[Any], Table] = {
    User: tables.users,
    KeptSession: tables.sessions,
    ContactMessage: tables.contact_messages,
    KeptEntry: tables.audit_entries,
    KeptAnswer: tables.kept_answers,
    Schedule: tables.schedules,
    ScheduleRun: tables.schedule_runs,
    Task: tables.tasks,
    DeletedRecord: tables.deleted_records,
    ListView: tables.list_views,
    **OF_PROOFS,
    **OF_FACTORS,
}
SPECIALS: dict[type[Any], dict[str, Any]] = {
    User: {"version_id_col": tables.users.c.version, "version_id_generator": False},
}
"""Who changes an account that is at another version by now is refused: of two who read it at once, both raise the
version to the same number, and what the first shut out by it would come in by the second."""


def start_mapping(further: Mapping[type[Any], Table]) -> None:
    """Map every entity, and those that modules bring; a second call does nothing."""
    if not list(mapper.mappers):
        for entity, table in (ENTITIES | dict(further)).items():
            mapper.map_imperatively(entity, table, **SPECIALS.get(entity, {}))
        mapper.configure()
