"""Many new rows at once: PostgreSQL copies them into a table of this transaction and takes from there what is new."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, text

from adapters.db.engine import Database
from adapters.db.stand_ins import table_of


class SqlBulk:
    """`core.ports.bulk.Bulk`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, entity: type[Any], fields: Sequence[str], rows: Sequence[Sequence[Any]], known_by: Sequence[str]
    ) -> list[Any]:  # fmt: skip
        if not rows:
            return []
        table, connection = table_of(entity), self._database.connection
        if not self._database.is_sqlite:
            return _copied(connection, table, fields, rows, known_by)
        new = self._database.insert(table).on_conflict_do_nothing(index_elements=list(known_by))
        statement = new.returning(table.c[fields[0]])
        return list(connection.execute(statement, [dict(zip(fields, row, strict=True)) for row in rows]).scalars())

    def settle(self, *entities: type[Any]) -> None:
        how = "ANALYZE" if self._database.is_sqlite else "VACUUM (ANALYZE)"
        with self._database.apart() as connection:
            for entity in entities:
                connection.execute(text(f"{how} {table_of(entity).name}"))


def _copied(
    connection: Connection, table: Table, fields: Sequence[str], rows: Sequence[Sequence[Any]], known_by: Sequence[str]
) -> list[Any]:  # fmt: skip
    names, loaded = ", ".join(table.c[field].name for field in fields), f"new_{table.name}"
    connection.execute(text(f"CREATE TEMP TABLE {loaded} ON COMMIT DROP AS SELECT {names} FROM {table.name} LIMIT 0"))
    kept = [table.c[field].type.dialect_impl(connection.dialect).bind_processor(connection.dialect) for field in fields]
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {loaded} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([value if keep is None else keep(value) for value, keep in zip(row, kept, strict=True)])
    added = connection.execute(
        text(
            f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {loaded} "
            f"ON CONFLICT ({', '.join(known_by)}) DO NOTHING "
            f"RETURNING {table.c[fields[0]].name}"
        )
    )
    found = list(added.scalars())
    connection.execute(text(f"DROP TABLE {loaded}"))
    return found
