"""The statements behind a list: order, place, filters and search as SQL whose work stays bounded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

from sqlalchemy import ColumnElement, Index, Select, Table, and_, bindparam, literal, not_, or_, select, tuple_

from adapters.db import search, tables
from core.ports.records import Condition, Place, Question

WINDOW = 2_000
"""So many rows in order are read before an index is asked: what many rows fulfil is found among them at once."""
TESTS: dict[str, Callable[[ColumnElement[Any], Any], ColumnElement[bool]]] = {
    "is": lambda column, value: column == value,
    "one of": lambda column, values: column.in_(values),
    "from": lambda column, value: column >= value,
    "before": lambda column, value: column < value,
    "until": lambda column, value: column <= value,
    "empty": lambda column, value: column.is_(None),
    "filled": lambda column, value: column.is_not(None),
}


class Listing:
    """A question to one table as statements. `has_index`: its search index holds the fields that are searched."""

    def __init__(self, table: Table, question: Question, dialect: str, *, has_index: bool = False) -> None:
        self.table, self._question, self._dialect, self._has_index = table, question, dialect, has_index
        (self._key,) = table.primary_key.columns

    @property
    def fits(self) -> list[ColumnElement[bool]]:
        """What a row must fulfil, told so that an index can be asked."""
        asked = search.indexed if self._has_index else search.reading
        return [*self._conditions, *asked(self.table, self._question.among, self._question.words, self._dialect)]

    @property
    def is_worth_a_window(self) -> bool:
        """Whether rows must fulfil something, and the table can be read in this order without sorting it."""
        column = self.table.c[self._question.order]
        narrowed = self._question.words or self._question.conditions
        return bool(narrowed) and (column is self._key or any(map(partial(leads, column), self.table.indexes)))

    def window(self, fields: Sequence[str], order: Order, place: Place | None, limit: int) -> Select[Any]:
        """The page, as far as it is found among the next rows in order."""
        near = select(self.table).order_by(*order.by).limit(WINDOW)
        if place is not None:
            near = near.where(order.beyond(place))
        rows = near.subquery(self.table.name)
        words = search.reading(self.table, self._question.among, self._question.words, self._dialect)
        fits = [*(self._condition(rows.c[one.field], one) for one in self._question.conditions), *words]
        return select(*(rows.c[name] for name in fields)).where(*fits).order_by(*order.of(rows)).limit(limit)

    def whole(self, fields: Sequence[str], order: Order, place: Place | None, limit: int) -> Select[Any]:
        """The page, wherever its rows are. What was searched is found before it is put in order.

        Left to itself the planner may walk the whole order instead, hoping to meet enough hits on the way.
        """
        fits = self.fits if place is None else [*self.fits, order.beyond(place)]
        wanted = select(*(self.table.c[name] for name in fields)).order_by(*order.by)
        if not self._question.words:
            return wanted.where(*fits).limit(limit)
        columns = dict.fromkeys((self._key, self.table.c[self._question.order]))
        hits = select(*columns).where(*fits).cte("hits").prefix_with("MATERIALIZED", dialect=self._dialect)
        first = select(hits.c[self._key.name]).order_by(*order.of(hits)).limit(limit)
        return wanted.where(self._key.in_(first))

    @property
    def _conditions(self) -> list[ColumnElement[bool]]:
        return [self._condition(self.table.c[one.field], one) for one in self._question.conditions]

    def _condition(self, column: ColumnElement[Any], condition: Condition) -> ColumnElement[bool]:
        if isinstance(condition.value, bool):
            return column if condition.value else not_(column)
        if condition.test == "contains":
            return search.contains(column, condition.value, self._dialect)
        if condition.test == "is" and tables.IN_PLANS in column.info and str(condition.value).isidentifier():
            return column == bindparam(None, condition.value, column.type, literal_execute=True)
        return TESTS[condition.test](column, condition.value)


class Order:
    """A total order over a field and the key, with the records that have no value at the far end of it."""

    def __init__(self, table: Table, field: str, *, descending: bool) -> None:
        (self._key,) = table.primary_key.columns
        self._column, self._descending = table.c[field], descending
        self._has_gaps = bool(self._column.nullable)

    @property
    def by(self) -> list[ColumnElement[Any]]:
        """The order of the table's own rows."""
        return self._directed(self._column, self._key)

    def of(self, rows: Any) -> list[ColumnElement[Any]]:
        """The same order of rows that were taken from it."""
        return self._directed(rows.c[self._column.name], rows.c[self._key.name])

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

    def _directed(self, column: ColumnElement[Any], key: ColumnElement[Any]) -> list[ColumnElement[Any]]:
        columns = [key] if self._column is self._key else [column, key]
        gaps = [self._has_gaps and one is column for one in columns]
        if not self._descending:
            return [one.asc().nulls_last() if gap else one.asc() for one, gap in zip(columns, gaps, strict=True)]
        return [one.desc().nulls_first() if gap else one.desc() for one, gap in zip(columns, gaps, strict=True)]

    def _past(self, left: Any, right: Any) -> ColumnElement[bool]:
        return cast("ColumnElement[bool]", left < right if self._descending else left > right)


def leads(column: ColumnElement[Any], index: Index) -> bool:
    """Whether a whole table can be read in the order of a column by this index."""
    is_partial = any(index.dialect_options[name].get("where") is not None for name in ("postgresql", "sqlite"))
    return not is_partial and next(iter(index.columns), None) is column
