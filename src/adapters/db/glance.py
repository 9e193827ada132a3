"""Rows that were asked for past SQLAlchemy, read: columns whose values are kept otherwise than they are used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import orjson
from sqlalchemy import Boolean, Table
from sqlalchemy.types import TypeEngine

from adapters.db.engine import Database
from adapters.db.types import Instant, Json

E = TypeVar("E")
Reader = Callable[[Any], Any]


def _instant(value: Any) -> Any:
    return None if value is None else datetime.fromisoformat(value)


def _json(value: Any) -> Any:
    return None if value is None else orjson.loads(value)


READERS: dict[type[TypeEngine[Any]], Reader] = {Json: _json}
"""PostgreSQL's driver gives instants (in UTC, as `engine` asks) and truths as they are."""
SQLITE = READERS | {Instant: _instant, Boolean: bool}


class Glance:
    """Reads rows of certain columns. `kinds` are their types in order, None for what is as it comes."""

    def __init__(self, kinds: Iterable[type[TypeEngine[Any]] | None], is_sqlite: bool) -> None:
        readers = SQLITE if is_sqlite else READERS
        self._places = [(place, readers[kind]) for place, kind in enumerate(kinds) if kind in readers]

    def read(self, row: Sequence[Any]) -> list[Any]:
        """The values of a row as they are used."""
        values = list(row)
        for place, reader in self._places:
            values[place] = reader(values[place])
        return values


class Glances:
    """Finds an entity by its id, to be read and not to be changed: no session comes to know it."""

    def __init__(self, database: Database, kind: type[Any], table: Table) -> None:
        self._database, self._kind, self._names = database, kind, list(table.c.keys())
        self._glance = Glance((type(column.type) for column in table.c), database.is_sqlite)
        self._statement = f"SELECT {', '.join(self._names)} FROM {table.name} WHERE id = :id"

    def find(self, key: str) -> Any:
        """The entity, or None."""
        rows = self._database.rows(self._statement, {"id": key})
        return self._kind(**dict(zip(self._names, self._glance.read(rows[0]), strict=True))) if rows else None
