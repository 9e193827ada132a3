"""Adapters that keep everything in memory, and the set of them that replaces a whole database."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from adapters.memory.bulk import MemoryBulk
from adapters.memory.counts import MemoryCounts
from adapters.memory.extracts import MemoryExtracts
from adapters.memory.figures import MemoryFigures
from adapters.memory.queue import MemoryLedger, MemoryLifeSigns, MemoryPauses
from adapters.memory.records import MemoryRecords
from adapters.memory.repositories import (
    MemoryAuditTrail,
    MemoryContactMessages,
    MemoryDeletedRecords,
    MemoryDoor,
    MemoryKeptAnswers,
    MemoryListViews,
    MemoryPermissions,
    MemorySchedules,
    MemorySessions,
    MemoryTries,
    MemoryUsers,
)
from adapters.memory.store import MemoryUnitOfWork
from core.ports.clock import Clock
from core.ports.queue import WakeUps


def in_memory(clock: Clock, wake_ups: WakeUps) -> dict[str, Any]:
    """Every storage port in memory, by the container's names: `build(settings, **in_memory(clock, wake_ups))`."""
    store = MemoryUnitOfWork(wake_ups.wake)
    records = MemoryRecords(store)
    return {
        "clock": clock,
        "wake_ups": wake_ups,
        "uow": store,
        "ledger": MemoryLedger(store, clock),
        "pauses": MemoryPauses(store, clock),
        "figures": MemoryFigures(store, clock),
        "life_signs": MemoryLifeSigns(store, clock),
        "messages": MemoryContactMessages(store),
        "users": MemoryUsers(store),
        "sessions": MemorySessions(store),
        "tries": MemoryTries(store),
        "door": MemoryDoor(store),
        "permissions": MemoryPermissions(store),
        "audit_trail": MemoryAuditTrail(store),
        "kept_answers": MemoryKeptAnswers(store),
        "schedules": MemorySchedules(store),
        "deleted_records": MemoryDeletedRecords(store),
        "list_views": MemoryListViews(store),
        "record_store": records,
        "bulk_store": MemoryBulk(store),
        "counts": MemoryCounts(records),
        "extracts": MemoryExtracts(store, records),
        **dict(_of_modules(store)),
    }


def _of_modules(store: MemoryUnitOfWork) -> Iterator[tuple[str, Any]]:
    """What files here keep besides: each may say so in `PARTS`, by the container's names."""
    for found in pkgutil.iter_modules(__path__):
        parts = getattr(import_module(f"{__name__}.{found.name}"), "PARTS", {})
        yield from ((name, make(store)) for name, make in parts.items())
