"""Mail that stays in the drawer; no letter ever leaves the machine."""

from __future__ import annotations

from adapters.mail.message import check, headers
from adapters.sandbox.drawer import Drawer
from adapters.sandbox.manners import greet
from adapters.sandbox.orders import Orders
from core.ports.delivery import Receipt
from core.ports.mail import Letter


class SandboxMail:
    """`core.ports.mail.Mail` by one of the vendors on this machine, `sandbox` or `understudy`."""

    def __init__(self, drawer: Drawer, orders: Orders, vendor: str, sender: str) -> None:
        self._drawer, self._orders, self._vendor, self._sender = drawer, orders, vendor, sender

    def send(self, letter: Letter, key: str) -> Receipt:
        """Keep one letter. Raises `Rejected`, `Unavailable` as told."""
        check(letter)
        self._orders.obey(f"mail:{self._vendor}")
        greet("mail", letter.to)
        top = headers(letter, key, self._sender)
        facts = {
            "vendor": self._vendor, "to": letter.to, "from": self._sender, "subject": letter.subject,
            "text": letter.text, "html": letter.html, "headers": top,
        }  # fmt: skip
        kept = self._drawer.keep(top["Message-ID"], "mail", facts)
        return Receipt(carrier=kept["vendor"], message_id=kept["message_id"])
