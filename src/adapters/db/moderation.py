"""Reports in the database."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import Column, ColumnElement, Index, Select, String, Table, Text, func, select, text

from adapters.db.repositories import Shelf
from adapters.db.tables import metadata
from adapters.db.types import Instant, Json, key
from core.domain.moderation import Report, State

reports = Table(
    "reports",
    metadata,
    Column("id", key(), primary_key=True),
    Column("about_kind", key(60), nullable=False),
    Column("about_id", key(200), nullable=False),
    Column("label", String(200), nullable=False),
    Column("reporter_id", key()),
    Column("reason", String(20), nullable=False),
    Column("words", Text, nullable=False),
    Column("context", Json, nullable=False),
    Column("state", String(20), nullable=False),
    Column("note", Text, nullable=False),
    Column("decided_by", key()),
    Column("decided_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)
IS_OPEN = text("state = 'open'")
ONE_OPEN = (reports.c.about_kind, reports.c.about_id, reports.c.reporter_id)
Index("uq_reports_open", *ONE_OPEN, unique=True, postgresql_where=IS_OPEN, sqlite_where=IS_OPEN)
Index("ix_reports_about", reports.c.about_kind, reports.c.about_id, reports.c.id)
Index("ix_reports_state", reports.c.state, reports.c.id)
Index("ix_reports_reporter_id", reports.c.reporter_id, reports.c.id)
ENTITIES = {Report: reports}
COLUMNS = tuple(one.name for one in fields(Report))


class SqlReports(Shelf):
    """`core.ports.moderation.Reports`."""

    def hold_open(self, report: Report) -> Report:
        row = {name: getattr(report, name) for name in COLUMNS}
        new = self._database.insert(reports).values(row)
        self._execute(new.on_conflict_do_nothing(index_elements=ONE_OPEN, index_where=IS_OPEN))
        held = select(Report).where(
            _open(report.about_kind, report.about_id), reports.c.reporter_id == report.reporter_id
        )
        return self._database.session.scalars(_held(held)).one()

    def find(self, report_id: str) -> Report | None:
        return self._database.session.get(Report, report_id)

    def lock(self, report_id: str) -> Report | None:
        return self._database.session.scalars(_held(select(Report).where(reports.c.id == report_id))).one_or_none()

    def number_open(self, kind: str, key: str) -> int:
        asked = select(func.count()).select_from(reports).where(_open(kind, key))
        return self._database.session.execute(asked).scalar_one()


def _open(kind: str, key: str) -> ColumnElement[bool]:
    is_about = (reports.c.about_kind == kind) & (reports.c.about_id == key)
    return is_about & (reports.c.state == State.OPEN)


def _held(wanted: Select[tuple[Report]]) -> Select[tuple[Report]]:
    return wanted.with_for_update().execution_options(populate_existing=True)
