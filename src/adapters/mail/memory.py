"""Mail that is kept in a list, for tests; it knows no network and no disk."""

from adapters.mail.message import check, message_id
from core.ports.delivery import Receipt
from core.ports.mail import Letter


class MemoryMail:
    """Keeps letters in `sent`, one for each key. Set `fail_with` to an exception to have every `send` raise it."""

    def __init__(self, sender: str = "Enginebay <noreply@example.com>") -> None:
        self.sender = sender
        self.sent: list[Letter] = []
        self.fail_with: Exception | None = None
        self._receipts: dict[str, Receipt] = {}

    def send(self, letter: Letter, key: str) -> Receipt:
        """Keep one letter; a key seen before changes nothing and returns the first receipt."""
        if self.fail_with is not None:
            raise self.fail_with
        check(letter)
        receipt = Receipt(carrier="memory", message_id=message_id(key, self.sender))
        if self._receipts.setdefault(key, receipt) is receipt:
            self.sent.append(letter)
        return self._receipts[key]
