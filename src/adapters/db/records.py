"""Any mapped entity as a record: keyset pages, search and filters in SQL; it knows no entity by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Select, Table, func, literal, select

from adapters.db import search
from adapters.db.engine import Database
from adapters.db.lists import Listing, Order
from adapters.db.stand_ins import mapped, table_of
from core.ports.records import Page, Place, Question

E = TypeVar("E")


class SqlRecords:
    """`core.ports.records.Records` on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._indexes: dict[str, tuple[str, ...]] = {}

    def page(
        self, entity: type[Any], fields: Sequence[str], question: Question, limit: int,
        after: Place | None = None, before: Place | None = None,
    ) -> Page:  # fmt: skip
        place, backwards = before or after, before is not None
        rows = self._rows(self.listing(entity, question), fields, question, limit + 1, place, backwards)
        more, rows = len(rows) > limit, rows[:limit]
        if backwards:
            return Page(rows=rows[::-1], has_before=more, has_after=True)
        return Page(rows=rows, has_before=place is not None, has_after=more)

    def number(self, entity: type[Any], question: Question, most: int) -> int:
        listing = self.listing(entity, question)
        some = select(literal(1)).select_from(listing.table).where(*listing.fits).limit(most)
        return int(self._database.connection.execute(select(func.count()).select_from(some.subquery())).scalar_one())

    def whole(
        self, entity: type[Any], fields: Sequence[str], question: Question,
        shown: Callable[[Column[Any]], ColumnElement[Any]],
    ) -> Select[Any]:  # fmt: skip
        """Every record that fits, in order, as a statement; `shown` says how a column is told."""
        listing = self.listing(entity, question)
        order = Order(listing.table, question.order, descending=question.descending)
        wanted = select(*(shown(listing.table.c[name]) for name in fields))
        return wanted.where(*listing.fits).order_by(*order.by)

    def get(self, entity: type[E], key: str) -> E | None:
        return self._database.session.get(mapped(entity), key)

    def some(self, entity: type[E], keys: Sequence[str]) -> list[E]:
        (key,) = table_of(entity).primary_key.columns
        return list(self._database.session.scalars(select(mapped(entity)).where(key.in_(keys))))

    def lock(self, entity: type[E], key: str) -> E | None:
        return self._database.session.get(mapped(entity), key, with_for_update=True, populate_existing=True)

    def add(self, record: object) -> None:
        self._database.session.add(record)
        self._database.session.flush()

    def delete(self, record: object) -> None:
        self._database.session.delete(record)
        self._database.session.flush()

    def looked_up(self, entity: type[Any], fields: Sequence[str], question: Question, limit: int) -> Select[Any]:
        """The statement that looks a first page up, wherever its rows are; for whoever wants its plan."""
        listing = self.listing(entity, question)
        return listing.whole(fields, Order(listing.table, question.order, descending=question.descending), None, limit)

    def listing(self, entity: type[Any], question: Question) -> Listing:
        """A question as statements to the entity's table."""
        table, dialect = table_of(entity), self._database.engine.dialect.name
        has_index = bool(question.words) and self._index(table) == question.among
        return Listing(table, question, dialect, has_index=has_index)

    def _index(self, table: Table) -> tuple[str, ...]:
        if table.name not in self._indexes:
            self._indexes[table.name] = search.fields(self._database.connection, table.name)
        return self._indexes[table.name]

    def _rows(
        self, listing: Listing, fields: Sequence[str], question: Question, limit: int, place: Place | None,
        backwards: bool,
    ) -> list[dict[str, Any]]:  # fmt: skip
        """Rows in order: common ones are met within a window of it, rare ones are looked up."""
        order = Order(listing.table, question.order, descending=question.descending != backwards)
        statements = [listing.window] if listing.is_worth_a_window else []
        rows: list[dict[str, Any]] = []
        for statement in (*statements, listing.whole):
            found = self._database.connection.execute(statement(fields, order, place, limit))
            rows = [dict(row) for row in found.mappings()]
            if len(rows) == limit:
                break
        return rows
