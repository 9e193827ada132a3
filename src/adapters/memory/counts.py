"""Counts of what is kept in memory, which are always exact up to where they end."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from adapters.memory.records import MemoryRecords
from core.ports.counts import Fitting, Number
from core.ports.records import Question

MOST = 10_000


class MemoryCounts:
    """`core.ports.counts.Counts`."""

    def __init__(self, records: MemoryRecords) -> None:
        self._records = records

    def size(self, entity: type[Any]) -> Number:
        return Number.counted(self._records.number(entity, Question(order=""), MOST + 1), MOST)

    def fitting(
        self, entity: type[Any], fields: Mapping[str, Sequence[Any]], question: Question, most: int
    ) -> Fitting:  # fmt: skip
        is_narrowed = question.conditions or question.words
        counted = Number.counted(self._records.number(entity, question, most + 1), most)
        tallies = {name: self._tally(entity, name, values, question, most) for name, values in fields.items()}
        return Fitting(total=counted if is_narrowed else self.size(entity), tallies=tallies)

    def ordered(self, entity: type[Any]) -> frozenset[str]:
        return frozenset(one.name for one in dataclasses.fields(entity))

    def ends(self, entity: type[Any], field: str) -> tuple[Any, Any] | None:
        values = self._values(entity, field, Question(order=""))
        return (min(values), max(values)) if values else None

    def inhabited(self, entity: type[Any], field: str, edges: Sequence[Any]) -> list[bool]:
        values = self._values(entity, field, Question(order=""))
        return [any(first <= value < last for value in values) for first, last in pairwise(edges)]

    def _tally(
        self, entity: type[Any], field: str, asked_for: Sequence[Any], question: Question, most: int
    ) -> dict[Any, Number]:
        kept = tuple(one for one in question.conditions if one.test != "is" or one.field != field)
        asked = dataclasses.replace(question, conditions=kept)
        values = self._values(entity, field, asked)
        limit = most if asked.conditions or asked.words else MOST
        sense = "exactly" if len(values) <= limit else "at least"
        met = dict.fromkeys(asked_for, 0) | Counter(values[:limit])
        return {value: Number(value=number, sense=sense) for value, number in met.items()}

    def _values(self, entity: type[Any], field: str, question: Question) -> list[Any]:
        values = (getattr(row, field) for row in self._records.fitting(entity, question))
        return [value for value in values if value is not None]
