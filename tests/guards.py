"""The guards around vendors, all in memory: what a test looks at afterwards, or sets before."""

from __future__ import annotations

from typing import Any

from adapters.clock import SystemClock
from adapters.memory.vendors import MemoryBudget, MemoryMeter
from adapters.resilience import Guards
from adapters.resilience.breakers import MemoryBreakers


def memory_guards(**others: Any) -> Guards:
    """Guards of a test's own; `others` replace some of them."""
    clock = SystemClock()
    made = {"breakers": MemoryBreakers(clock), "budget": MemoryBudget(), "meter": MemoryMeter(), "clock": clock}
    return Guards(**{**made, **others})
