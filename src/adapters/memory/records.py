"""Any entity as a record in memory, in the same order and by the same tests as its SQL twin."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from adapters.memory.store import MemoryUnitOfWork
from core.ports.records import Condition, Page, Place, Question

E = TypeVar("E")
TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda found, value: found == value,
    "contains": lambda found, value: value.lower() in (found or "").lower(),
    "one of": lambda found, values: found in values,
    "from": lambda found, value: found is not None and found >= value,
    "before": lambda found, value: found is not None and found < value,
    "until": lambda found, value: found is not None and found <= value,
    "empty": lambda found, value: found is None,
    "filled": lambda found, value: found is not None,
}


class MemoryRecords:
    """`core.ports.records.Records`."""

    def __init__(self, store: MemoryUnitOfWork) -> None:
        self._store = store

    def page(
        self, entity: type[Any], fields: Sequence[str], question: Question, limit: int,
        after: Place | None = None, before: Place | None = None,
    ) -> Page:  # fmt: skip
        backwards, place = before is not None, before or after
        descending = question.descending != backwards
        found = [(_position(row, key, question.order), row) for key, row in self._fitting(entity, question)]
        if place is not None:
            here = (place.value is None, place.value, place.key)
            found = [one for one in found if (_is_less(one[0], here) if descending else _is_less(here, one[0]))]
        rows = [row for _, row in _sorted(found, descending=descending)]
        shown = [{name: getattr(row, name) for name in fields} for row in rows[:limit]]
        if backwards:
            return Page(rows=shown[::-1], has_before=len(rows) > limit, has_after=True)
        return Page(rows=shown, has_before=place is not None, has_after=len(rows) > limit)

    def number(self, entity: type[Any], question: Question, most: int) -> int:
        return min(most, len(self._fitting(entity, question)))

    def get(self, entity: type[E], key: str) -> E | None:
        return self._shelf(entity).get(key)

    def some(self, entity: type[E], keys: Sequence[str]) -> list[E]:
        return [row for key, row in self._shelf(entity).items() if key in keys]

    def lock(self, entity: type[E], key: str) -> E | None:
        return self.get(entity, key)

    def add(self, record: Any) -> None:
        self._shelf(type(record))[record.id] = record

    def delete(self, record: Any) -> None:
        shelf = self._shelf(type(record))
        for key in [key for key, kept in shelf.items() if kept is record]:
            del shelf[key]

    def fitting(self, entity: type[Any], question: Question) -> list[Any]:
        """Every record that fits, in no order."""
        return [row for _, row in self._fitting(entity, question)]

    def _shelf(self, entity: type[Any]) -> dict[Any, Any]:
        return self._store.shelf(in_words(entity))

    def _fitting(self, entity: type[Any], question: Question) -> list[tuple[str, Any]]:
        return [(key, row) for key, row in self._shelf(entity).items() if _fits(row, question)]


def in_words(entity: type[Any]) -> str:
    """`AuditEntry` is "audit entry": the name of the shelf that its repository keeps it on."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", entity.__name__).lower()


def _fits(row: Any, question: Question) -> bool:
    def contains(word: str) -> bool:
        return any(TESTS["contains"](getattr(row, name), word) for name in question.among)

    return all(_holds(row, condition) for condition in question.conditions) and all(map(contains, question.words))


def _holds(row: Any, condition: Condition) -> bool:
    return TESTS[condition.test](getattr(row, condition.field), condition.value)


Position = tuple[bool, Any, str]


def _position(row: Any, key: str, field: str) -> Position:
    value = getattr(row, field)
    return value is None, value, key


def _is_less(left: Position, right: Position) -> bool:
    if left[0] or right[0]:
        return (left[0], left[2]) < (right[0], right[2]) if left[0] == right[0] else left[0] < right[0]
    return left[1:] < right[1:]


def _sorted(found: list[tuple[Position, Any]], *, descending: bool) -> list[tuple[Position, Any]]:
    full = sorted((one for one in found if not one[0][0]), key=lambda one: one[0][1:], reverse=descending)
    gaps = sorted((one for one in found if one[0][0]), key=lambda one: one[0][2], reverse=descending)
    return gaps + full if descending else full + gaps
