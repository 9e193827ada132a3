"""Edited templates in the database: a row each, read whole, for there are few."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, String, Table, Text, delete, select, update

from adapters.db.engine import Database
from adapters.db.tables import metadata
from adapters.db.types import Instant, Json, key
from core.domain.wording import Wording

message_templates = Table(
    "message_templates",
    metadata,
    Column("id", key(80), primary_key=True),
    Column("fields", Json, nullable=False),
    Column("edited_by", String(200), nullable=False),
    Column("edited_at", Instant, nullable=False),
    Column("trouble", Text, nullable=False, server_default=""),
)
ENTITIES = {Wording: message_templates}


class SqlWordings:
    """`core.ports.stationery.Wordings`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Wording]:
        return list(self._database.session.scalars(select(Wording).order_by(message_templates.c.id)))

    def find(self, name: str) -> Wording | None:
        return self._database.session.get(Wording, name)

    def keep(self, wording: Wording) -> None:
        self._database.session.merge(wording)

    def remove(self, name: str) -> None:
        self._database.connection.execute(delete(message_templates).where(message_templates.c.id == name))

    def trouble(self, name: str, edited_at: datetime, sentence: str) -> None:
        rows = message_templates.c
        meant = (rows.id == name) & (rows.edited_at == edited_at)
        self._database.connection.execute(update(message_templates).where(meant).values(trouble=sentence))
