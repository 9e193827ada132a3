"""Any mapped entity as a record: keyset pages, search and filters in SQL; it knows no entity by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Table, and_, func, literal, not_, or_, select, tuple_
from sqlalchemy.orm import class_mapper

from adapters.db.engine import Database
from core.ports.records import Condition, Page, Place, Question

E = TypeVar("E")
TESTS: dict[str, Callable[[ColumnElement[Any], Any], ColumnElement[bool]]] = {
    "is": lambda column, value: column == value,
    "contains": lambda column, value: column.icontains(value, autoescape=True),
    "from": lambda column, value: column >= value,
    "before": lambda column, value: column < value,
    "empty": lambda column, value: column.is_(None),
    "filled": lambda column, value: column.is_not(None),
}


class SqlRecords:
    """`core.ports.records.Records` on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self, entity: type[Any], fields: Sequence[str], question: Question, limit: int,
        after: Place | None = None, before: Place | None = None,
    ) -> Page:  # fmt: skip
        table, place = _table(entity), before or after
        backwards = before is not None
        order = _Order(table, question.order, descending=question.descending != backwards)
        wanted = select(*(table.c[name] for name in fields)).where(*_conditions(table, question))
        if place is not None:
            wanted = wanted.where(order.beyond(place))
        found = self._database.connection.execute(wanted.order_by(*order.by).limit(limit + 1))
        rows = [dict(row) for row in found.mappings()]
        more, rows = len(rows) > limit, rows[:limit]
        if backwards:
            return Page(rows=rows[::-1], has_before=more, has_after=True)
        return Page(rows=rows, has_before=place is not None, has_after=more)

    def number(self, entity: type[Any], question: Question, most: int) -> int:
        some = select(literal(1)).select_from(_table(entity)).where(*_conditions(_table(entity), question)).limit(most)
        return int(self._database.connection.execute(select(func.count()).select_from(some.subquery())).scalar_one())

    def get(self, entity: type[E], key: str) -> E | None:
        return self._database.session.get(entity, key)

    def lock(self, entity: type[E], key: str) -> E | None:
        return self._database.session.get(entity, key, with_for_update=True, populate_existing=True)

    def add(self, record: object) -> None:
        self._database.session.add(record)
        self._database.session.flush()

    def delete(self, record: object) -> None:
        self._database.session.delete(record)
        self._database.session.flush()


class _Order:
    """A total order over a field and the key, with the records that have no value at the far end of it."""

    def __init__(self, table: Table, field: str, *, descending: bool) -> None:
        (self._key,) = table.primary_key.columns
        self._column, self._descending = table.c[field], descending
        self._has_gaps = bool(self._column.nullable)

    @property
    def by(self) -> list[ColumnElement[Any]]:
        columns = [self._key] if self._column is self._key else [self._column, self._key]
        if not self._descending:
            return [column.asc().nulls_last() if self._gap(column) else column.asc() for column in columns]
        return [column.desc().nulls_first() if self._gap(column) else column.desc() for column in columns]

    def beyond(self, place: Place) -> ColumnElement[bool]:
        """What comes after this place in the order."""
        if self._column is self._key:
            return self._past(self._key, place.key)
        if not self._has_gaps:
            here = tuple_(literal(place.value, self._column.type), literal(place.key, self._key.type))
            return self._past(tuple_(self._column, self._key), here)
        if place.value is None:
            rest = and_(self._column.is_(None), self._past(self._key, place.key))
            return or_(rest, self._column.is_not(None)) if self._descending else rest
        tied = and_(self._column == place.value, self._past(self._key, place.key))
        further = or_(self._past(self._column, place.value), tied)
        return further if self._descending else or_(further, self._column.is_(None))

    def _gap(self, column: ColumnElement[Any]) -> bool:
        return self._has_gaps and column is self._column

    def _past(self, left: Any, right: Any) -> ColumnElement[bool]:
        return cast("ColumnElement[bool]", left < right if self._descending else left > right)


def _table(entity: type[Any]) -> Table:
    return cast(Table, class_mapper(entity).local_table)


def _conditions(table: Table, question: Question) -> list[ColumnElement[bool]]:
    among = [table.c[name] for name in question.among]
    searched = [or_(*(TESTS["contains"](column, word) for column in among)) for word in question.words]
    return [*(_condition(table, condition) for condition in question.conditions), *searched]


def _condition(table: Table, condition: Condition) -> ColumnElement[bool]:
    column = table.c[condition.field]
    if isinstance(condition.value, bool):
        return column if condition.value else not_(column)
    return TESTS[condition.test](column, condition.value)
