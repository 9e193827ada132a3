"""Databases that are emptied for the next test rather than made anew: to make one, to connect to it and to compile the
same statements again took longer than what most tests do there.

What a test did to the rows is gone for the next one. Where it changed the tables, the database is made anew. What it
listens to hangs on engines of its own (`lend`).
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, create_engine, event, inspect, make_url, text

from adapters.db.engines import Engines, engines
from adapters.queue.inline import InlineWakeUps
from entrypoints.config import Settings
from entrypoints.container import build

STAYS = "alembic_version"
"""What has a row before the first one of ours."""


class Kept:
    """A migrated database, for one test after the other."""

    SHAPE: str
    """Asks for something that changes as soon as a table is made, altered or dropped."""

    def __init__(self) -> None:
        self._engines = self._made()
        self.url = self._engines.url.render_as_string(hide_password=False)
        self._look()

    def _made(self) -> Engines:
        """Make the database, migrated."""
        raise NotImplementedError

    def _look(self) -> None:
        with self._engines.engine.connect() as connection:
            self._shape, self._tables = connection.scalar(text(self.SHAPE)), _children_first(connection)

    def lend(self) -> Engines:
        """Engines for one application: with the connections and compiled statements of all, and its own listeners."""
        engine, reader, lazy = (
            one.execution_options() for one in (self._engines.engine, self._engines.reader, self._engines.lazy)
        )
        return Engines(engine, reader, reader if self._engines.is_sqlite else lazy)

    def empty(self) -> None:
        """Take out every row."""
        with self._engines.engine.begin() as connection:
            if connection.scalar(text(self.SHAPE)) == self._shape:
                asked = text(_filled(self._tables))
                while filled := connection.scalars(asked).all():  # triggers count what goes
                    for table in filled:
                        connection.execute(text(f"DELETE FROM {table}"))
                return
        self.leave()
        self._engines = self._made()
        self._look()

    def leave(self) -> None:
        """Close every connection."""
        for engine in (self._engines.engine, self._engines.reader, self._engines.lazy):
            engine.dispose()


class KeptFile(Kept):
    """An SQLite file, a copy of `template`."""

    SHAPE = "PRAGMA schema_version"

    def __init__(self, template: Path, path: Path) -> None:
        self._template, self._path = template, path
        super().__init__()

    def _made(self) -> Engines:
        for left in self._path.parent.glob(f"{self._path.name}*"):
            left.unlink()
        shutil.copy(self._template, self._path)
        made = engines(f"sqlite:///{self._path}")
        for engine in (made.engine, made.reader):
            event.listen(engine, "connect", let_it_be_lost)
        return made


class KeptOnServer(Kept):
    """A database on a PostgreSQL server."""

    SHAPE = "SELECT count(*) || ' ' || max(attrelid::bigint) || ' ' || sum(attnum) FROM pg_attribute WHERE attnum > 0"

    def __init__(self, server: str, home: Path) -> None:
        self._server, self._home, self._name = make_url(server), home, f"t{uuid4().hex[:12]}"
        super().__init__()

    def _made(self) -> Engines:
        self._drop()
        self._tell(f"CREATE DATABASE {self._name}")
        url = self._server.set(database=self._name).render_as_string(hide_password=False)
        app = build(Settings(home=self._home, database_url=url), wake_ups=InlineWakeUps())
        app.migrations.upgrade()
        app.uow.dispose()
        return engines(url)

    def leave(self) -> None:
        super().leave()
        self._drop()

    def _drop(self) -> None:
        self._tell(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")

    def _tell(self, statement: str) -> None:
        server = create_engine(self._server, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(statement))
        server.dispose()


def let_it_be_lost(connection: Any, _: object) -> None:
    """Have an SQLite file answer without waiting for the disk: that it outlives a power cut is no matter here."""
    connection.execute("PRAGMA synchronous=OFF")


def _children_first(connection: Connection) -> list[str]:
    """The tables, those that refer to others first; but for those that SQLite's indexes of words consist of."""
    found = [name for name, _ in reversed(inspect(connection).get_sorted_table_and_fkc_names()) if name]
    others = "SELECT name FROM pragma_table_list WHERE type IN ('virtual', 'shadow')"
    left_out = {STAYS, *(connection.scalars(text(others)) if connection.dialect.name == "sqlite" else ())}
    return [name for name in found if name not in left_out]


def _filled(tables: list[str]) -> str:
    """Asks for the tables that have rows, in this order."""
    return " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables)
