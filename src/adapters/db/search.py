"""The search index of a table: trigrams over the fields that a record type searches; it knows no record type.

PostgreSQL keeps it as a GIN index over one expression, SQLite as an FTS5 table that triggers keep up. A migration makes
it (`make(op, "machines", "title", "notes")`). Without it every search still works, by reading the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, ColumnElement, Connection, Table, func, literal_column, select, table, text
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from alembic.operations import Operations

SHORTEST = 3
"""Characters of a trigram: shorter words cannot be looked up in an index of them."""
ENDING = "_search"
WITHOUT = "{table}: searched without an index, for this database has no {what}. It works, but reads the whole table."
PENDING = "gin_pending_list_limit = 1024"
"""Kilobytes of new rows that wait outside the tree: writes stay quick, and no single one pays for too many others."""
PLAIN_NAME = re.compile(r"^[a-z_][a-z0-9_]*$")


def make(op: Operations, name: str, *fields: str) -> None:
    """Make the search index of a table in a migration; say so where the database cannot have one.

    On PostgreSQL the extension pg_trgm is created if that is allowed.
    """
    if any(not PLAIN_NAME.match(one) for one in (name, *fields)):
        raise ValueError(f"{name} and {', '.join(fields)} must be names of a table and of its columns.")
    connection = op.get_bind()
    statements = _on_postgres(name, fields) if connection.dialect.name == "postgresql" else _on_sqlite(name, fields)
    what = "extension pg_trgm (an administrator can create it)" if connection.dialect.name == "postgresql" else "FTS5"
    try:
        with connection.begin_nested():
            for statement in statements:
                connection.execute(text(statement))
    except DBAPIError:
        print(WITHOUT.format(table=name, what=what))


def drop(op: Operations, name: str) -> None:
    """Take the search index of a table away, before the table itself goes."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP INDEX IF EXISTS {name}{ENDING}")
        return
    for ending in ("added", "removed", "changed"):
        op.execute(f"DROP TRIGGER IF EXISTS {name}{ENDING}_{ending}")
    op.execute(f"DROP TABLE IF EXISTS {name}{ENDING}")


def is_not_search(_: object, name: str | None, kind: str, *rest: object) -> bool:
    """Whether Alembic should compare an object: search indexes are made here, not by the tables in code."""
    return kind not in ("table", "index") or not re.search(rf"{ENDING}(_[a-z]+)?$", name or "")


def fields(connection: Connection, name: str) -> tuple[str, ...]:
    """The fields that a table's search index holds, in its order; none when there is no index."""
    if connection.dialect.name == "postgresql":
        said = "SELECT obj_description(to_regclass(:name), 'pg_class')"
        found = connection.execute(text(said), {"name": name + ENDING}).scalar()
        return tuple(found.split(", ")) if found else ()
    return tuple(row[1] for row in connection.execute(text(f'PRAGMA table_info("{name}{ENDING}")')))


def reading(searched: Table, among: Sequence[str], words: Sequence[str], dialect: str) -> list[ColumnElement[bool]]:
    """Conditions that each of the words occurs in one of the fields; on PostgreSQL an index may serve them."""
    if dialect == "postgresql":
        whole = literal_column(_joined(among))
        return [whole.op("ILIKE", is_comparison=True, return_type=Boolean())(_pattern(word)) for word in words]
    joined = func.lowered(literal_column(" || char(10) || ".join(f"coalesce({name}, '')" for name in among)))
    return [func.instr(joined, func.lowered(word)) > 0 for word in words]


def indexed(searched: Table, among: Sequence[str], words: Sequence[str], dialect: str) -> list[ColumnElement[bool]]:
    """The same conditions, asking the index for every word that is long enough for it."""
    if dialect == "postgresql":
        return reading(searched, among, words, dialect)
    long = [word for word in words if len(word) >= SHORTEST]
    short = [word for word in words if len(word) < SHORTEST]
    return [*_looked_up(searched, long), *reading(searched, among, short, dialect)]


def contains(column: ColumnElement[Any], word: str, dialect: str) -> ColumnElement[bool]:
    """Whether a word occurs in one column, whatever its case."""
    if dialect == "postgresql":
        return column.op("ILIKE", is_comparison=True, return_type=Boolean())(_pattern(word))
    return func.instr(func.lowered(column), func.lowered(word)) > 0


def _looked_up(searched: Table, words: Sequence[str]) -> Iterator[ColumnElement[bool]]:
    if words:
        index, quoted = searched.name + ENDING, " AND ".join('"' + word.replace('"', '""') + '"' for word in words)
        hits = select(literal_column("rowid")).select_from(table(index))
        yield literal_column(f"{searched.name}.rowid").in_(hits.where(literal_column(index).op("MATCH")(quoted)))


def _pattern(word: str) -> str:
    return "%" + re.sub(r"([\\%_])", r"\\\1", word) + "%"


def _joined(among: Sequence[str]) -> str:
    """All fields as one text, a line each: words hold no line break, so none is found across two fields.

    The collation is named because identifiers have another one than texts, and two do not mix.
    """
    return "((" + " || E'\\n' || ".join(f"coalesce({name}, '')" for name in among) + ') COLLATE "default")'


def _on_postgres(name: str, among: Sequence[str]) -> list[str]:
    return [
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        f"CREATE INDEX {name}{ENDING} ON {name} USING gin ({_joined(among)} gin_trgm_ops) WITH ({PENDING})",
        f"COMMENT ON INDEX {name}{ENDING} IS '{', '.join(among)}'",
    ]


def _on_sqlite(name: str, among: Sequence[str]) -> list[str]:
    index, columns = name + ENDING, ", ".join(among)
    old, new = (", ".join(f"{row}.{one}" for one in ("rowid", *among)) for row in ("old", "new"))
    remove = f"INSERT INTO {index}({index}, rowid, {columns}) VALUES ('delete', {old})"
    add = f"INSERT INTO {index}(rowid, {columns}) VALUES ({new})"
    return [
        f"CREATE VIRTUAL TABLE {index} USING fts5({columns}, content='{name}', tokenize='trigram')",
        f"INSERT INTO {index}({index}) VALUES ('rebuild')",
        f"CREATE TRIGGER {index}_added AFTER INSERT ON {name} BEGIN {add}; END",
        f"CREATE TRIGGER {index}_removed AFTER DELETE ON {name} BEGIN {remove}; END",
        f"CREATE TRIGGER {index}_changed AFTER UPDATE OF {columns} ON {name} BEGIN {remove}; {add}; END",
    ]
