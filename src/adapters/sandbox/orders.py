"""What vendors on this machine were told: to fail, or to be slow, until a moment; it knows no channel.

One JSON file, read at every call by every process, so an order holds at once and everywhere, and ends by itself.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from core.domain.kernel.deadlines import time_left
from core.domain.kernel.errors import Unavailable
from core.ports.clock import Clock
from core.ports.sandbox import Order

PATIENCE = 10.0
"""Seconds that whoever asks a vendor waits for it, unless they have less."""


class Orders:
    """`core.ports.sandbox.Orders`, and what a vendor does with its own."""

    def __init__(self, folder: Path, clock: Clock, wait: Callable[[float], None] = time.sleep) -> None:
        self._file, self._clock, self._wait = Path(folder) / "orders.json", clock, wait

    def give(self, vendor: str, order: Order) -> None:
        self._write(self.standing() | {vendor: order})

    def heal(self, vendor: str | None = None) -> None:
        self._write({name: order for name, order in self.standing().items() if vendor not in (None, name)})

    def standing(self) -> dict[str, Order]:
        now, read = self._clock.now(), {vendor: _order(told) for vendor, told in self._read().items()}
        return {vendor: order for vendor, order in read.items() if order is not None and order.until > now}

    def obey(self, vendor: str) -> None:
        """Do as this vendor was told: return, later if it is slow, or raise `Unavailable`.

        It waits no longer than whoever asks does, who hangs up by then.
        """
        order = self.standing().get(vendor)
        if order is None:
            return
        patience = time_left(PATIENCE)
        if order.slow:
            self._wait(min(order.slow, patience))
        if order.slow > patience:
            late = f"{vendor} was told to be slow: no answer in {patience:.3g} seconds."
            raise Unavailable(f"{late} {_end(vendor, order)}")
        if random.random() < order.rate:
            raise Unavailable(f"{vendor} was told to fail. {_end(vendor, order)}")

    def _read(self) -> dict[str, Any]:
        try:
            read = json.loads(self._file.read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return read if isinstance(read, dict) else {}

    def _write(self, orders: dict[str, Order]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        told = {
            vendor: {"until": order.until.isoformat(), "rate": order.rate, "slow": order.slow}
            for vendor, order in orders.items()
        }
        draft = self._file.with_suffix(f".{os.getpid()}.draft")
        draft.write_text(json.dumps(told), encoding="utf-8")
        draft.replace(self._file)


def _order(told: object) -> Order | None:
    """None for what nobody here wrote: the file lies where people may edit it."""
    try:
        assert isinstance(told, dict)
        until = datetime.fromisoformat(told["until"])
        return Order(until=until.astimezone(), rate=float(told.get("rate", 1)), slow=float(told.get("slow", 0)))
    except (AssertionError, KeyError, TypeError, ValueError):
        return None


def _end(vendor: str, order: Order) -> str:
    return f"It is well again at {order.until:%H:%M:%S} UTC, or at once by `flask vendors heal {vendor}`."
