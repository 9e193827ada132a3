"""Counts in SQL whose work stays bounded by statistics, limits and indexes; no table is read as a whole for them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any

from sqlalchemy import Column, Select, Table, bindparam, func, literal, select, text, union_all

from adapters.db.engine import Database
from adapters.db.lists import leads
from adapters.db.records import SqlRecords
from adapters.db.stand_ins import table_of
from adapters.db.statistics import Statistics
from core.ports.counts import Fitting, Number
from core.ports.records import Question

MOST = 10_000
"""How far is counted where nothing else is asked, and an index can be counted."""
Tally = dict[Any, Number]


class SqlCounts:
    """`core.ports.counts.Counts`."""

    def __init__(self, database: Database, records: SqlRecords) -> None:
        self._database, self._records, self._statistics = database, records, Statistics(database)

    def size(self, entity: type[Any]) -> Number:
        known = self._statistics.of(table_of(entity))
        if known.rows > MOST:
            return Number(value=known.rows, sense="about")
        return self._counted(entity, Question(order=""), MOST)

    def fitting(
        self, entity: type[Any], fields: Mapping[str, Sequence[Any]], question: Question, most: int
    ) -> Fitting:  # fmt: skip
        """One statement for the total and the fields that nothing is asked of, and one for each of the others."""
        apart = {one.field for one in question.conditions if one.test == "is"}
        free = {name: values for name, values in fields.items() if name not in apart}
        total, told = self._told(entity, free, question, most)
        for name in fields.keys() - free.keys():
            told |= self._told(entity, {name: fields[name]}, _without(question, name), most)[1]
        return Fitting(total=total, tallies={name: told[name] for name in fields})

    def ordered(self, entity: type[Any]) -> frozenset[str]:
        return _ordered(table_of(entity))

    def ends(self, entity: type[Any], field: str) -> tuple[Any, Any] | None:
        column = table_of(entity).c[field]
        first, last = (select(end(column)).scalar_subquery() for end in (func.min, func.max))
        found = self._database.connection.execute(select(first, last)).one()
        return None if found[0] is None else (found[0], found[1])

    def inhabited(self, entity: type[Any], field: str, edges: Sequence[Any]) -> list[bool]:
        table = table_of(entity)
        column = table.c[field]
        probe = f"EXISTS (SELECT 1 FROM {table.name} WHERE {column.name} >= :e{{}} AND {column.name} < :e{{}})"
        probes = ", ".join(probe.format(number, number + 1) for number in range(len(edges) - 1))
        bound = [bindparam(f"e{number}", edge, type_=column.type) for number, edge in enumerate(edges)]
        found = self._database.connection.execute(text(f"SELECT {probes}").bindparams(*bound)).one()
        return [bool(there) for there in found]

    def _told(
        self, entity: type[Any], fields: Mapping[str, Sequence[Any]], question: Question, most: int
    ) -> tuple[Number, dict[str, Tally]]:  # fmt: skip
        """The total and the tallies of fields that are not asked about."""
        if question.conditions or question.words:
            total, told = self._met(entity, fields, question, most)
            return self._guessed(entity, question, total), told
        size, known = self.size(entity), self._known(entity, fields)
        ordered = self.ordered(entity)
        quick = {name: _untold(values, known[name]) for name, values in fields.items() if name in ordered}
        slow = {name: fields[name] for name in fields.keys() - quick.keys() if set(fields[name]) - known[name].keys()}
        counted = self._by_index(table_of(entity), quick)
        told = {name: known[name] | counted.get(name, {}) for name in fields}
        return size, told | (self._met(entity, slow, question, most)[1] if slow else {})

    def _known(self, entity: type[Any], fields: Mapping[str, Sequence[Any]]) -> dict[str, Tally]:
        """What statistics say of each value; of a table that is counted in no time, nothing."""
        known = self._statistics.of(table_of(entity))
        if known.rows <= MOST:
            return {name: {} for name in fields}
        having = {name: {value: known.having(name, value) for value in values} for name, values in fields.items()}
        return {name: dict(_about(numbers)) for name, numbers in having.items()}

    def _counted(self, entity: type[Any], question: Question, most: int) -> Number:
        return Number.counted(self._records.number(entity, question, most + 1), most)

    def _guessed(self, entity: type[Any], question: Question, counted: Number) -> Number:
        """What statistics say where counting ended; of one condition they know enough, of several they guess."""
        can_be_told = len(question.conditions) == 1 and not question.words and not self._database.is_sqlite
        if counted.sense == "exactly" or not can_be_told:
            return counted
        (only,) = question.conditions
        known = self._statistics.of(table_of(entity)).having(only.field, only.value)
        expected = known if known is not None and only.test == "is" else self._expected(entity, question)
        return Number(value=max(counted.value, expected), sense="about")

    def _expected(self, entity: type[Any], question: Question) -> int:
        """How many rows the planner expects to fit: exact enough for one condition, guesswork for several."""
        listing = self._records.listing(entity, question)
        wanted = select(literal(1)).select_from(listing.table).where(*listing.fits)
        asked = wanted.compile(self._database.engine, compile_kwargs={"render_postcompile": True})
        said = self._database.connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {asked}", asked.params).scalar_one()
        plan = json.loads(said) if isinstance(said, str) else said
        return int(plan[0]["Plan"]["Plan Rows"])

    def _by_index(self, table: Table, fields: Mapping[str, Sequence[Any]]) -> dict[str, Tally]:
        """Each value counted for itself, by the index of its field."""
        asked = [(name, value) for name, values in fields.items() for value in values]
        if not asked:
            return {}
        counted = union_all(*(_few(table.c[name], value, number) for number, (name, value) in enumerate(asked)))
        told: dict[str, Tally] = {name: {} for name in fields}
        for number, value in self._database.connection.execute(counted):
            if value:
                told[asked[number][0]][asked[number][1]] = Number.counted(value, MOST)
        return told

    def _met(
        self, entity: type[Any], group: Mapping[str, Sequence[Any]], question: Question, most: int
    ) -> tuple[Number, dict[str, Tally]]:  # fmt: skip
        """How many rows fit and what they have in these fields, of the first that are met."""
        if not group:
            return self._counted(entity, question, most), {}
        listing = self._records.listing(entity, question)
        columns = [listing.table.c[name] for name in group]
        met = select(*columns).where(*listing.fits).limit(most + 1).subquery()
        rows = self._database.connection.execute(select(*met.c, func.count()).group_by(*met.c)).all()
        total = Number.counted(sum(row[-1] for row in rows), most)
        return total, {
            name: _summed(rows, place, values, total.sense) for place, (name, values) in enumerate(group.items())
        }


@cache
def _ordered(table: Table) -> frozenset[str]:
    lead = (column.name for column in table.columns if any(map(partial(leads, column), table.indexes)))
    return frozenset((*lead, *(column.name for column in table.primary_key.columns)))


def _untold(values: Sequence[Any], known: Tally) -> list[Any]:
    """Values that an index should count: unknown ones, and those of which there are hardly any."""
    return [one for one in values if one not in known or not known[one].value]


def _about(numbers: Mapping[Any, int | None]) -> Iterator[tuple[Any, Number]]:
    yield from ((value, Number(value=about, sense="about")) for value, about in numbers.items() if about is not None)


def _without(question: Question, name: str) -> Question:
    kept = tuple(one for one in question.conditions if one.test != "is" or one.field != name)
    return dataclasses.replace(question, conditions=kept)


def _few(column: Column[Any], value: Any, number: int) -> Select[Any]:
    some = select(literal(1)).where(column == value).limit(MOST + 1).subquery()
    return select(literal(number), func.count()).select_from(some)


def _summed(rows: Sequence[Any], place: int, values: Sequence[Any], sense: str) -> Tally:
    """How often each value was met; of one that was not, no more is known where counting ended than that."""
    met: dict[Any, int] = dict.fromkeys(values, 0)
    for row in rows:
        met[row[place]] = met.get(row[place], 0) + row[-1]
    return {value: Number(value=count, sense=sense) for value, count in met.items() if value is not None}
