"""How a database is reached, SQLite or PostgreSQL: the engines, and what each of their connections is told first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url

BUSY_SECONDS = 15
IN_UTC = "-c TimeZone=UTC"
"""Instants come in UTC from the server: to move each of them here would take longer than to read it."""
LAZY, FEW = "-c synchronous_commit=off", 4
"""What need not wait for the disk is over within a millisecond: so few connections do for all threads of a process."""
UNTOLD = {"hide_parameters": True}
"""Errors are logged with their statement, never with what was to be written: addresses, hashes, letters."""


@dataclass(frozen=True)
class Engines:
    """How one database is reached: in transactions (`engine`), in statements that commit by themselves, which most of
    what only reads is (`reader`), and in such as reach the disk a little later (`lazy`)."""

    engine: Engine
    reader: Engine
    lazy: Engine

    @property
    def url(self) -> URL:
        """Where the database is."""
        return self.engine.url

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file."""
        return self.url.get_backend_name() == "sqlite"


def engines(url: str, pool: int = 20) -> Engines:
    """The engines of the database at `url`; nothing is connected yet. `pool`: so many connections each, at most; `lazy`
    has a few."""
    where = make_url(url)
    if where.get_backend_name() == "sqlite":
        reader = _sqlite(where)
        return Engines(_sqlite(where, begin="BEGIN IMMEDIATE"), reader, reader)
    lazy = _postgres_autocommit(where, min(pool, FEW), LAZY)
    return Engines(_postgres(where, pool), _postgres_autocommit(where, pool), lazy)


def _sqlite(url: URL, begin: str | None = None) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, **UNTOLD)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, record: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions behind our back
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS}000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.create_function("lowered", 1, _lowered, deterministic=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if begin is not None:
            connection.exec_driver_sql(begin)

    return engine


def _lowered(value: Any) -> Any:
    """SQLite's own `lower` knows the letters A to Z only."""
    return value.lower() if isinstance(value, str) else value


def _postgres(url: URL, most: int) -> Engine:
    return create_engine(url, connect_args={"connect_timeout": 5, "options": IN_UTC}, **_pool(most), **UNTOLD)


def _postgres_autocommit(url: URL, most: int, options: str = "") -> Engine:
    return create_engine(
        url,
        pool_reset_on_return=None,
        isolation_level="AUTOCOMMIT",
        connect_args={"connect_timeout": 5, "prepare_threshold": 0, "options": f"{IN_UTC} {options}"},
        **_pool(most),
        **UNTOLD,
    )


def _pool(most: int) -> dict[str, Any]:
    """The connection that came back last is lent first: its process still has in its caches what it needs, and no more
    of them are kept busy than are wanted."""
    return {"pool_size": most, "max_overflow": 0, "pool_timeout": 10, "pool_use_lifo": True}
