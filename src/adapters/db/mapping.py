"""Lays the domain's plain classes over the tables, once per process; the classes never notice."""

from sqlalchemy.orm import registry

from adapters.db import tables
from core.domain.accounts import Session, Try, User
from core.domain.audit import AuditEntry
from core.domain.contact import ContactMessage
from core.domain.idempotency import KeptAnswer
from core.domain.rates import ExchangeRate
from core.domain.schedules import Schedule, ScheduleRun
from core.domain.tasks import Task

mapper = registry(metadata=tables.metadata)
ENTITIES = {
    User: tables.users,
    Session: tables.sessions,
    Try: tables.tries,
    ContactMessage: tables.contact_messages,
    AuditEntry: tables.audit_entries,
    KeptAnswer: tables.kept_answers,
    Schedule: tables.schedules,
    ScheduleRun: tables.schedule_runs,
    Task: tables.tasks,
    ExchangeRate: tables.exchange_rates,
}


def start_mapping() -> None:
    """Map every entity; a second call does nothing."""
    if not list(mapper.mappers):
        for entity, table in ENTITIES.items():
            mapper.map_imperatively(entity, table)
        mapper.configure()
