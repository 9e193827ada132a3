"""The vendors on this machine: what they were told to do wrong, and what they kept of all that was sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

Message = dict[str, Any]
"""`id, message_id, channel, vendor, at, to, text`, and what its channel adds."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """Until a moment: fail this share of the calls (0 to 1), and take so many seconds for each."""

    until: datetime
    rate: float = 1.0
    slow: float = 0.0


class Orders(Protocol):
    """The standing orders of vendors named like `sms:understudy`; without one a vendor is well."""

    def give(self, vendor: str, order: Order) -> None:
        """Tell a vendor what to do; a new order takes the place of an older one."""
        ...

    def heal(self, vendor: str | None = None) -> None:
        """Take one vendor's order back, or everybody's."""
        ...

    def standing(self) -> dict[str, Order]:
        """The orders that hold now, by vendor."""
        ...


class Drawer(Protocol):
    """Everything that was sent and stayed here."""

    def messages(self, most: int = 200, search: str | None = None, channel: str | None = None) -> list[Message]:
        """At most `most` messages, newest first; `search` is looked for in addresses and words, in any case."""
        ...

    def counts(self) -> dict[str, int]:
        """How many messages each channel has."""
        ...

    def get(self, number: str) -> Message:
        """One message by its id. Raises `NotFound`."""
        ...

    def remove(self, number: str) -> None:
        """Remove one message and the memory of its key. Raises `NotFound`."""
        ...

    def clear(self, channel: str | None = None) -> None:
        """Remove every message, or every one of a channel, and the memory of their keys."""
        ...
