"""Where reports are kept. Every method acts in the open transaction or reading block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.domain.moderation import Report


class Reports(Protocol):
    """Reports, by id and by what they are about."""

    def hold_open(self, report: Report) -> Report:
        """Keep a new one, unless its reporter has an open one about the same; return that which is open, held until
        the transaction ends. Of two at once one is kept."""
        ...

    def find(self, report_id: str) -> Report | None:
        """Return one, or None."""
        ...

    def lock(self, report_id: str) -> Report | None:
        """The same to change, held until the transaction ends."""
        ...

    def number_open(self, kind: str, key: str) -> int:
        """How many about a thing wait for a decision."""
        ...
