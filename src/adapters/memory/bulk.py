"""Many new records at once, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.memory.records import in_words
from adapters.memory.store import MemoryUnitOfWork


class MemoryBulk:
    """`core.ports.bulk.Bulk`."""

    def __init__(self, store: MemoryUnitOfWork) -> None:
        self._store = store

    def add(
        self, entity: type[Any], fields: Sequence[str], rows: Sequence[Sequence[Any]], known_by: Sequence[str]
    ) -> list[Any]:  # fmt: skip
        shelf, added = self._store.shelf(in_words(entity)), []
        known = {_told(record, known_by) for record in shelf.values()}
        for row in rows:
            record = entity(**dict(zip(fields, row, strict=True)))
            if (told := _told(record, known_by)) not in known:
                known.add(told)
                shelf[getattr(record, "id", told)] = record
                added.append(row[0])
        return added

    def settle(self, *entities: type[Any]) -> None:
        """Nothing is known here that could be out of date."""


def _told(record: Any, fields: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(record, field) for field in fields)
