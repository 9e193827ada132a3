"""The post room: writes a letter on our stationery and has it carried; who reads it is not its business."""

from typing import Any

from core.ports.delivery import Receipt
from core.ports.mail import Mail
from core.ports.stationery import Stationery


class PostRoom:
    """Sends mail. Only ever called between a task's `start` and `settle`."""

    def __init__(self, mail: Mail, stationery: Stationery) -> None:
        self._mail, self._stationery = mail, stationery

    def send(
        self, template: str, to: str, facts: dict[str, Any], *, key: str, reply_to: str | None = None
    ) -> dict[str, Any]:
        """Write and send one letter; returns carrier and Message-ID as a task's result.

        Raises `Unavailable` (try again later) or `Rejected` (do not).
        """
        receipt: Receipt = self._mail.send(self._stationery.write(template, to, facts, reply_to), key)
        return {"carrier": receipt.carrier, "message_id": receipt.message_id}
