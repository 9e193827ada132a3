"""Pushes that stay in the drawer; no device is asked, and no key of one is kept."""

from __future__ import annotations

from adapters.sandbox.drawer import Drawer, number_of
from adapters.sandbox.manners import greet
from adapters.sandbox.orders import Orders
from core.ports.delivery import Receipt
from core.ports.push import Device, Notice


class SandboxPush:
    """`core.ports.push.Push` by one of the vendors on this machine; it reaches devices of every kind."""

    kinds = frozenset({"web", "fcm", "apns"})

    def __init__(self, drawer: Drawer, orders: Orders, vendor: str) -> None:
        self._drawer, self._orders, self._vendor = drawer, orders, vendor

    def send(self, notice: Notice, to: Device, key: str) -> Receipt:
        """Keep one push. Raises `Rejected`, `Gone`, `Unavailable` as told."""
        self._orders.obey(f"push:{self._vendor}")
        greet("push", to.address)
        facts = {
            "vendor": self._vendor, "to": to.address, "kind": to.kind, "user": to.user,
            "title": notice.title, "text": notice.text, "link": notice.link,
        }  # fmt: skip
        kept = self._drawer.keep(number_of(key), "push", facts)
        return Receipt(carrier=kept["vendor"], message_id=kept["message_id"])
