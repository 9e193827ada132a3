"""Any entity in memory as CSV, cell by cell as its SQL twins write them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from adapters.memory.records import MemoryRecords
from adapters.memory.store import MemoryUnitOfWork
from core.domain.records.cells import lines
from core.ports.records import Question, Row

ALL = 1_000_000


class MemoryExtracts:
    """`core.ports.extracts.Extracts`."""

    def __init__(self, store: MemoryUnitOfWork, records: MemoryRecords) -> None:
        self._store, self._records = store, records

    def csv(
        self, entity: type[Any], fields: Sequence[str], question: Question, put: Callable[[bytes, int], None],
        veil: Callable[[Row], Row] | None = None,
    ) -> None:  # fmt: skip
        with self._store.reading():
            rows = self._records.page(entity, fields, question, ALL).rows
        shown = [veil(row) if veil else row for row in rows]
        if shown:
            put(lines([row[name] for name in fields] for row in shown), len(shown))
