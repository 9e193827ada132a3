"""Pushes that are kept in a list, for tests; it knows no network."""

from core.domain.kernel.errors import Gone
from core.ports.delivery import Receipt
from core.ports.push import Device, Notice


class MemoryPush:
    """`core.ports.push.Push`: keeps pushes in `sent`, one for each key. `gone` are addresses that take nothing more."""

    def __init__(self, kinds: frozenset[str] = frozenset({"web", "fcm", "apns"})) -> None:
        self.kinds = kinds
        self.sent: list[tuple[Notice, Device]] = []
        self.gone: set[str] = set()
        self.fail_with: Exception | None = None
        self._receipts: dict[str, Receipt] = {}

    def send(self, notice: Notice, to: Device, key: str) -> Receipt:
        """Keep one push; a key seen before changes nothing and returns the first receipt."""
        if self.fail_with is not None:
            raise self.fail_with
        if to.address in self.gone:
            raise Gone("This device was signed off. Forget it.")
        receipt = Receipt(carrier="memory", message_id=key)
        if self._receipts.setdefault(key, receipt) is receipt:
            self.sent.append((notice, to))
        return self._receipts[key]
