"""SMS and calls that are kept in lists, for tests; they know no network and no disk."""

from core.domain.kernel.phones import check_call, check_sms
from core.domain.kernel.sms import parts
from core.ports.delivery import Receipt
from core.ports.phone import SpokenMessage, TextMessage


class MemorySms:
    """Keeps messages in `sent`, one for each key. Set `fail_with` to an exception to have every `send` raise it."""

    def __init__(self) -> None:
        self.sent: list[TextMessage] = []
        self.fail_with: Exception | None = None
        self._receipts: dict[str, Receipt] = {}

    def send(self, message: TextMessage, key: str) -> Receipt:
        """Keep one message; a key seen before changes nothing and returns the first receipt."""
        if self.fail_with is not None:
            raise self.fail_with
        check_sms(message.to, message.text)
        receipt = Receipt(carrier="memory", message_id=f"sms-{key}", units=parts(message.text))
        if self._receipts.setdefault(key, receipt) is receipt:
            self.sent.append(message)
        return self._receipts[key]


class MemoryCalls:
    """Keeps calls in `made`, one for each key, as `MemorySms` does messages."""

    def __init__(self) -> None:
        self.made: list[SpokenMessage] = []
        self.fail_with: Exception | None = None
        self._receipts: dict[str, Receipt] = {}

    def call(self, message: SpokenMessage, key: str) -> Receipt:
        """Keep one call; a key seen before changes nothing and returns the first receipt."""
        if self.fail_with is not None:
            raise self.fail_with
        check_call(message.to, message.text)
        receipt = Receipt(carrier="memory", message_id=f"call-{key}")
        if self._receipts.setdefault(key, receipt) is receipt:
            self.made.append(message)
        return self._receipts[key]
