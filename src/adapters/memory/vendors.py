"""What stands around calls of vendors, in memory: calls that are counted and budgets that are set by a test."""

from __future__ import annotations

from core.domain.kernel.errors import TooDear
from core.ports.vendors import Call


class MemoryMeter:
    """`core.ports.vendors.Meter` that keeps every call, oldest first."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def note(self, call: Call) -> None:
        self.calls.append(call)


class MemoryBudget:
    """`core.ports.vendors.Budget` that refuses the vendors in `used_up`."""

    def __init__(self) -> None:
        self.used_up: set[str] = set()

    def check(self, vendor: str, to: str = "", user: str = "") -> None:
        if vendor in self.used_up:
            raise TooDear(f"What may be spent at {vendor} today is used up. Wait until tomorrow, or raise the cap.")


class MemorySpeeds:
    """`core.ports.vendors.Speeds` that tells what a test says in `shares`."""

    def __init__(self) -> None:
        self.shares: dict[str, float] = {}

    def slow_share(self, vendor: str) -> float | None:
        return self.shares.get(vendor)
