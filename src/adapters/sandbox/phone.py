"""SMS and calls that stay in the drawer; no phone ever rings."""

from __future__ import annotations

from adapters.sandbox.drawer import Drawer, number_of
from adapters.sandbox.manners import greet
from adapters.sandbox.orders import Orders
from core.domain.kernel.phones import check_call, check_sms
from core.domain.kernel.sms import encoding, parts
from core.ports.delivery import Receipt
from core.ports.phone import SpokenMessage, TextMessage


class SandboxSms:
    """`core.ports.phone.Sms` by one of the vendors on this machine; it charges each part, as all do."""

    def __init__(self, drawer: Drawer, orders: Orders, vendor: str) -> None:
        self._drawer, self._orders, self._vendor = drawer, orders, vendor

    def send(self, message: TextMessage, key: str) -> Receipt:
        """Keep one message. Raises `Rejected`, `Gone`, `Unavailable` as told."""
        check_sms(message.to, message.text)
        self._orders.obey(f"sms:{self._vendor}")
        greet("sms", message.to)
        facts = {
            "vendor": self._vendor, "to": message.to, "text": message.text, "user": message.user,
            "parts": parts(message.text), "encoding": encoding(message.text),
        }  # fmt: skip
        kept = self._drawer.keep(number_of(key), "sms", facts)
        return Receipt(carrier=kept["vendor"], message_id=kept["message_id"], units=kept["parts"])


class SandboxCalls:
    """`core.ports.phone.Calls` by one of the vendors on this machine."""

    def __init__(self, drawer: Drawer, orders: Orders, vendor: str) -> None:
        self._drawer, self._orders, self._vendor = drawer, orders, vendor

    def call(self, message: SpokenMessage, key: str) -> Receipt:
        """Keep the script of one call. Raises `Rejected`, `Gone`, `Unavailable` as told."""
        check_call(message.to, message.text)
        self._orders.obey(f"calls:{self._vendor}")
        greet("calls", message.to)
        facts = {
            "vendor": self._vendor, "to": message.to, "text": message.text, "language": message.language,
            "user": message.user,
        }  # fmt: skip
        kept = self._drawer.keep(number_of(key), "calls", facts)
        return Receipt(carrier=kept["vendor"], message_id=kept["message_id"])
