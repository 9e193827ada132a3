"""Any mapped entity as CSV whose cells the database itself writes; on PostgreSQL the lines as well."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    Row,
    Select,
    String,
    Text,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    type_coerce,
)

from adapters.db.engine import Database
from adapters.db.records import SqlRecords
from adapters.db.types import Exact, Instant, Json
from core.domain.records.cells import FORMULA, lines
from core.ports.records import Question

AT_ONCE = 500
"""Lines that are held at a time."""
COPY = "COPY ({select}) TO STDOUT WITH (FORMAT csv, ENCODING 'UTF8')"
Put = Callable[[bytes, int], None]
Veil = Callable[[dict[str, Any]], dict[str, Any]]
Shape = Callable[[Column[Any]], ColumnElement[Any]]


class SqlExtracts:
    """`core.ports.extracts.Extracts` on SQLite and PostgreSQL."""

    def __init__(self, database: Database, records: SqlRecords) -> None:
        self._database, self._records = database, records

    def csv(
        self, entity: type[Any], fields: Sequence[str], question: Question, put: Put, veil: Veil | None = None
    ) -> None:
        cells = SQLITE if self._database.is_sqlite else POSTGRES
        told: Shape = partial(_cell, cells) if veil is None else lambda column: column
        with self._database.reading():
            wanted = self._records.whole(entity, fields, question, told)
            if veil is not None:
                self._veiled(wanted, put, veil)
            elif self._database.is_sqlite:
                self._from_sqlite(wanted, put)
            else:
                self._from_postgres(wanted, put)

    def _veiled(self, wanted: Select[Any], put: Put, veil: Veil) -> None:
        for rows in self._streamed(wanted):
            put(lines(veil(dict(row._mapping)).values() for row in rows), len(rows))

    def _from_sqlite(self, wanted: Select[Any], put: Put) -> None:
        for rows in self._streamed(wanted):
            written = io.StringIO()
            csv.writer(written, lineterminator="\r\n").writerows(rows)
            put(written.getvalue().encode(), len(rows))

    def _streamed(self, wanted: Select[Any]) -> Iterator[Sequence[Row[Any]]]:
        """Rows of one moment, some thousand at a time; PostgreSQL streams in a transaction only."""
        pool = self._database.reader if self._database.is_sqlite else self._database.engine
        with pool.connect() as connection:
            yield from connection.execution_options(yield_per=AT_ONCE).execute(wanted).partitions()

    def _from_postgres(self, wanted: Select[Any], put: Put) -> None:
        driver = self._database.connection.connection.driver_connection
        assert driver is not None
        statement, bound = self._told(wanted)
        with driver.cursor() as cursor, cursor.copy(COPY.format(select=statement), bound) as copied:
            came = map(bytes, taken(copied, driver.pgconn))
            while batch := list(islice(came, AT_ONCE)):
                put(_ended(batch), len(batch))

    def _told(self, wanted: Select[Any]) -> tuple[str, dict[str, Any]]:
        """A statement as the driver takes it. COPY takes no parameters, so the driver quotes the values itself."""
        dialect = self._database.engine.dialect
        compiled = wanted.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        readers = {name: bind.type.dialect_impl(dialect).bind_processor(dialect)
                   for name, bind in compiled.binds.items()}  # fmt: skip
        bound = {name: read(value) if (read := readers.get(name)) else value for name, value in compiled.params.items()}
        return str(compiled), bound or {"": None}  # without any value the driver would leave %% as it is


def taken(copied: Any, libpq: Any) -> Iterator[Any]:
    """The lines of a COPY as they come, each with its end.

    What has come already is taken from libpq itself; the driver is asked only where somebody must wait. To ask it for
    every line takes as long again as all the rest (0.5 s of a million lines).
    """
    while True:
        size, line = libpq.get_copy_data(1)
        if size < 0:
            return _check_end(libpq)
        if size == 0 and not (line := copied.read()):
            return None
        yield line


def _check_end(libpq: Any) -> None:
    """Raise what went wrong on the server, if anything did."""
    from psycopg.errors import error_from_result
    from psycopg.pq import ExecStatus

    for ended in list(iter(libpq.get_result, None)):
        if ended.status != ExecStatus.COMMAND_OK:
            raise error_from_result(ended)


def _ended(batch: list[bytes]) -> bytes:
    """Lines with the ends that CSV has (RFC 4180); what stands within a cell stays as it is."""
    whole = b"".join(batch)
    if whole.count(b"\n") == len(batch):
        return whole.replace(b"\n", b"\r\n")
    return b"".join(line[:-1] + b"\r\n" for line in batch)


def _cell(cells: Mapping[type, Shape], column: Column[Any]) -> ColumnElement[Any]:
    """A column as a cell: by its type, or as it is."""
    kind = next((kind for kind in cells if isinstance(column.type, kind)), None)
    return column if kind is None else cells[kind](column)


def _text(first: str) -> Shape:
    """Text, with a ' before what would be a formula; `first` names the function that tells a first character's code."""
    codes = ", ".join(str(ord(sign)) for sign in FORMULA)

    def cell(column: Column[Any]) -> ColumnElement[Any]:
        runs = getattr(func, first)(column).op("IN")(literal_column(f"({codes})"))
        return case((runs, literal("'").concat(column)), else_=func.nullif(column, ""))

    return cell


def _flag(column: Column[Any]) -> ColumnElement[Any]:
    return case((column, "yes"), (column.is_(false()), "no"))


def _instant_of_postgres(column: Column[Any]) -> ColumnElement[Any]:
    return func.replace(cast(func.timezone("UTC", column), Text), " ", "T").concat("+00:00")


def _instant_of_sqlite(column: Column[Any]) -> ColumnElement[Any]:
    """Kept with six digits after the point, in UTC."""
    kept = func.substr(type_coerce(column, Text), 1, 26)
    return func.rtrim(func.rtrim(kept, "0"), ".").concat("+00:00")


def _exact_of_postgres(column: Column[Any]) -> ColumnElement[Any]:
    return func.trim_scale(type_coerce(column, BigInteger) * literal_column("0.00000001"))


def _exact_of_sqlite(column: Column[Any]) -> ColumnElement[Any]:
    whole = type_coerce(column, BigInteger)
    digits = func.printf("%d.%08d", func.abs(whole) // E8, func.abs(whole) % E8)
    return case((whole < 0, "-"), else_="").concat(func.rtrim(func.rtrim(digits, "0"), "."))


def _raw(column: Column[Any]) -> ColumnElement[Any]:
    return type_coerce(column, Text)


E8 = 100_000_000
POSTGRES: dict[type, Shape] = {
    Instant: _instant_of_postgres, Exact: _exact_of_postgres, Boolean: _flag, String: _text("ascii"),
}  # fmt: skip
SQLITE: dict[type, Shape] = {
    Instant: _instant_of_sqlite, Exact: _exact_of_sqlite, Json: _raw, Boolean: _flag, Date: _raw,
    String: _text("unicode"),
}  # fmt: skip
