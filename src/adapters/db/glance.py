"""Rows that are read and put in past SQLAlchemy: columns whose values are kept otherwise than they are used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

import orjson
from sqlalchemy import Boolean, Dialect, Table
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
    """Finds an entity, to be read: no session comes to know it, and who changes it is refused by SQLAlchemy, which has
    not seen it made (that would take as long as all the rest here)."""

    def __init__(self, database: Database, kind: type[Any], table: Table) -> None:
        self._database, self._kind, self._names = database, kind, table.c.keys()
        self._glance = Glance((type(column.type) for column in table.c), database.is_sqlite)
        self.columns = ", ".join(self._names)
        self._statement = f"SELECT {self.columns} FROM {table.name} WHERE id = :key"

    def find(self, key: str) -> Any:
        """The entity of this id, or None."""
        rows = self._database.rows(self._statement, {"key": key})
        return self.made(rows[0]) if rows else None

    def made(self, row: Sequence[Any]) -> Any:
        """The entity whose `columns` these are."""
        entity = object.__new__(self._kind)
        entity.__dict__.update(zip(self._names, self._glance.read(row), strict=True))
        return entity


def put(
    database: Database, table: Table, row: Mapping[str, Any], ending: str = "", only_if: str = "true"
) -> list[tuple[Any, ...]]:
    """Insert a row at once; `ending` and `only_if` are SQL, and what it returns is returned."""
    return database.rows(*_written(database, table, row, ending, only_if))


def tell(database: Database, table: Table, row: Mapping[str, Any]) -> None:
    """Insert a row before anything else is asked, or when the block ends."""
    database.tell(*_written(database, table, row))


def _written(
    database: Database, table: Table, row: Mapping[str, Any], ending: str = "", only_if: str = "true"
) -> tuple[str, dict[str, Any]]:
    statement, writers = _insertion(table, tuple(row), ending, only_if, database.engine.dialect)
    return statement, {**row, **{name: writer(row[name]) for name, writer in writers}}


@lru_cache(maxsize=256)
def _insertion(
    table: Table, names: tuple[str, ...], ending: str, only_if: str, dialect: Dialect
) -> tuple[str, list[tuple[str, Reader]]]:
    """The statement, and what SQLAlchemy would do to each value first, where that is anything."""
    columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join(f":{name}" for name in names)
    found = ((name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names)
    writers = [(name, writer) for name, writer in found if writer is not None]
    given = f"VALUES ({marks})" if only_if == "true" else f"SELECT {marks} WHERE {only_if}"
    return f"INSERT INTO {table.name} ({columns}) {given} {ending}", writers
