"""Transactions in one database, SQLite or PostgreSQL; it knows no entity and no task."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, NestedTransaction, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from adapters.db.engines import BUSY_SECONDS, Engines
from adapters.db.refusals import AWAY, TRANSLATED
from adapters.db.types import spelled
from core.domain.kernel.errors import Unavailable

MARK = re.compile(r"(?<![:\w]):(\w+)")
Told = tuple[str, Mapping[str, Any]]
"""A statement that was told, and its values."""
STALE_PLAN = "cached plan must not change result type"


class Frame:
    """One transaction or reading block of one thread: its connection, its session, what to wake afterwards.

    `open` is asked for the connection at the first touch: a block that never comes to one costs nothing. What was told
    (`Database.tell`) is sent by `send` before anything else is asked, and at the end.
    """

    def __init__(self, open: Callable[[], Connection], send: Callable[[Connection, list[Told]], None]) -> None:
        self._open, self._send = open, send
        self._opened: Connection | None = None
        self._session: Session | None = None
        self._is_pending = False
        self._part: NestedTransaction | None = None
        self.told: list[Told] = []
        self.woken: set[str] = set()

    @property
    def connection(self) -> Connection:
        """The connection; the first touch opens it, and the first inside a savepoint what really opens that one."""
        if self._opened is None:
            self._opened = self._open()
        if self._is_pending:
            self._is_pending, self._part = False, self._opened.begin_nested()
        told, self.told = self.told, []
        if told:
            self._send(self._opened, told)
        return self._opened

    @property
    def session(self) -> Session:
        """A session on this connection; `flush` writes, the frame commits."""
        connection = self.connection
        if self._session is None:
            self._session = Session(
                connection, expire_on_commit=False, join_transaction_mode="rollback_only", autoflush=True
            )
        return self._session

    def flush(self) -> None:
        """Write what the session still holds back, and send what was told."""
        if self._session is not None:
            self._session.flush()
        self.send()

    def send(self) -> None:
        """Send what was told."""
        if self.told:
            self.connection  # noqa: B018

    def close(self) -> None:
        """Give the connection back, if there was need of one."""
        if self._opened is not None:
            self._opened.close()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part that can fail alone. Costs nothing until the database is touched."""
        self.flush()
        outer, woken = self._session, set(self.woken)
        self._session, self._is_pending, self._part = None, True, None
        try:
            yield
            self.flush()
            if self._part is not None:
                self._part.commit()
        except BaseException:
            self.woken, self.told = woken, []
            if self._part is not None and self._part.is_active:
                self._part.rollback()
            raise
        finally:
            self._session, self._is_pending, self._part = outer, False, None


class Database:
    """Opens transactions and reading blocks; repositories ask it for the one that is open in their thread."""

    def __init__(self, engines: Engines, on_commit: Callable[[set[str]], None] = lambda queues: None) -> None:
        self.engine, self.reader, self._lazy = engines.engine, engines.reader, engines.lazy
        self.url, self.is_sqlite = engines.url, engines.is_sqlite
        self._on_commit = on_commit
        self._frame: ContextVar[Frame | None] = ContextVar("frame", default=None)
        self._one_writer = threading.Lock()

    @property
    def frame(self) -> Frame:
        """The open frame of this thread. Raises RuntimeError outside of one: a bug in the caller."""
        frame = self._frame.get()
        if frame is None:
            raise RuntimeError("No transaction is open here: wrap the call in uow.transaction() or uow.reading().")
        return frame

    @property
    def session(self) -> Session:
        """The open frame's session."""
        return self.frame.session

    @property
    def connection(self) -> Connection:
        """The open frame's connection, for statements about many rows."""
        return self.frame.connection

    def rows(self, statement: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Ask in the open block past SQLAlchemy, which takes longer over a small answer than the database does.

        `:name` stands for a value of `given`. Values come as the driver has them: `adapters.db.glance` reads them.
        """
        self.frame.flush()
        return self._ask(self.connection, statement, given)

    def tell(self, statement: str, given: Mapping[str, Any]) -> None:
        """Have something written whose answer nobody waits for: with what is asked next, or at the end of the block.

        What is told in a row is kept together or not at all, in one round trip; it must be about different rows.
        """
        self.frame.told.append((statement, given))

    def announce(self, queue: str) -> None:
        """Wake this queue once the open transaction has committed."""
        self.frame.woken.add(queue)

    def insert(self, table: Table) -> Any:
        """An insert that can say what happens where there is such a row already (`on_conflict_…`)."""
        return (sqlite.insert if self.is_sqlite else postgresql.insert)(table)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit when the block ends, roll back when it raises, then wake the queues that were given tasks."""
        self._refuse_nesting()
        with TRANSLATED, ExitStack() as ending:
            frame = Frame(lambda: self._begun(ending), self._send)
            with self._entered(frame):
                yield
                frame.flush()
        if frame.woken:
            self._on_commit(frame.woken)

    @contextmanager
    def part(self) -> Iterator[None]:
        """A savepoint in the open transaction."""
        with TRANSLATED, self.frame.savepoint():
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A block on a connection without transactions: every statement sees what is committed by then."""
        frame = Frame(self.reader.connect, self._send)
        with TRANSLATED, closing(frame), self._entered(frame):
            yield
            frame.send()

    @contextmanager
    def lazy(self) -> Iterator[None]:
        """A block in which every statement commits by itself, and reaches the disk a little later."""
        with self.apart() as connection, self._entered(frame := Frame(lambda: connection, self._send)):
            yield
            frame.flush()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """A block in which every statement commits by itself, and is on disk when it returns."""
        self._refuse_nesting()
        with self._write_turn(), self.reading():
            yield
            self.frame.flush()

    @contextmanager
    def apart(self, *, durable: bool = False) -> Iterator[Connection]:
        """A connection of its own that commits each statement, whatever transaction is open (life signs); `durable`:
        it is on disk when it returns."""
        engine = self.reader if durable else self._lazy
        with TRANSLATED, self._write_turn(), engine.connect() as connection:
            yield connection

    def in_transaction(self) -> bool:
        """Whether this thread has a frame open."""
        return self._frame.get() is not None

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
        self.reader.dispose()
        self._lazy.dispose()

    def _refuse_nesting(self) -> None:
        if self._frame.get() is not None:
            raise RuntimeError("Transactions do not nest: a service verb never opens one inside another's.")

    def _ask(self, connection: Connection, statement: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        marked = _marked(statement, self.is_sqlite)
        values = {name: _kept(value) for name, value in given.items()} if self.is_sqlite else given
        try:
            return _asked(connection, marked, values)
        except DBAPIError as wrong:
            if STALE_PLAN not in str(wrong) or connection.engine is self.engine:
                raise
            connection.invalidate()  # it was prepared before a migration; another connection prepares it anew
            return _asked(connection, marked, values)

    def _send(self, connection: Connection, told: list[Told]) -> None:
        if not self.is_sqlite and len(told) > 1:
            given = {f"{name}_{place}": value for place, (_, one) in enumerate(told) for name, value in one.items()}
            told = [(_as_one(tuple(statement for statement, _ in told)), given)]
        with _whole(connection) if len(told) > 1 else nullcontext():
            for statement, one in told:
                self._ask(connection, statement, one)

    def _begun(self, ending: ExitStack) -> Connection:
        """A connection with a transaction begun, which ends as `ending` does."""
        ending.enter_context(self._write_turn())
        connection = ending.enter_context(self.engine.connect())
        ending.enter_context(connection.begin())
        return connection

    @contextmanager
    def _entered(self, frame: Frame) -> Iterator[None]:
        token = self._frame.set(frame)
        try:
            yield
        finally:
            self._frame.reset(token)

    def _write_turn(self) -> AbstractContextManager[None]:
        """SQLite has one writer: threads of this process queue here instead of polling the file's lock."""
        return self._turn() if self.is_sqlite else nullcontext()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._one_writer.acquire(timeout=BUSY_SECONDS):
            raise Unavailable(AWAY, retry_after=1)
        try:
            yield
        finally:
            self._one_writer.release()


def _asked(connection: Connection, statement: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows, or what SQLAlchemy would have raised: when one breaks off, all that wait in the pool are thrown out."""
    driver, dialect = connection.connection, connection.dialect
    cursor = driver.cursor()
    try:
        cursor.execute(statement, given)
        # psycopg makes `description` anew at each look at it; SQLite's driver has no `rownumber`, and minds nothing
        return cursor.fetchall() if getattr(cursor, "rownumber", 0) is not None else []
    except dialect.loaded_dbapi.Error as wrong:
        is_gone = dialect.is_disconnect(wrong, driver, cursor)
        if is_gone:
            connection.invalidate(wrong)
            connection.engine.dispose(close=False)  # what else waits in the pool broke with it
        raise DBAPIError.instance(
            statement, given, wrong, dialect.loaded_dbapi.Error,
            hide_parameters=True, connection_invalidated=is_gone, dialect=dialect,
        ) from wrong  # fmt: skip
    finally:
        cursor.close()


@contextmanager
def _whole(connection: Connection) -> Iterator[None]:
    """All that is told, or nothing, where statements of SQLite would commit one by one."""
    if connection.connection.in_transaction:
        yield
        return
    _asked(connection, "BEGIN IMMEDIATE", {})
    try:
        yield
        _asked(connection, "COMMIT", {})
    except BaseException:
        _asked(connection, "ROLLBACK", {})
        raise


@lru_cache(maxsize=256)
def _as_one(statements: tuple[str, ...]) -> str:
    """Statements that write, as one of PostgreSQL: the marks of each have its place at their end."""
    *first, last = (MARK.sub(rf":\1_{place}", one) for place, one in enumerate(statements))
    return f"WITH {', '.join(f'told_{place} AS ({one})' for place, one in enumerate(first))} {last}"


@lru_cache(maxsize=1024)
def _marked(statement: str, is_sqlite: bool) -> str:
    """A statement with the marks of its driver."""
    return statement if is_sqlite else MARK.sub(r"%(\1)s", statement)


def _kept(value: Any) -> Any:
    return spelled(value) if isinstance(value, datetime) else value
