"""Queues: paused and resumed; each act is audited."""

from __future__ import annotations

from core.domain.audit import Audit
from core.domain.kernel.roles import READERS, STAFF, Permission
from core.ports.queue import Ledger, Pause, Pauses

PERMISSIONS = (
    Permission(name="monitor.see", part="Monitor", label="See", roles=READERS, reads=True),
    Permission(name="monitor.act", part="Monitor", label="Pause and resume queues", roles=STAFF),
)


class QueueDesk:
    """What people do with queues. Every verb acts in the caller's transaction or reading block."""

    def __init__(self, ledger: Ledger, pauses: Pauses, audit: Audit) -> None:
        self._ledger, self._pauses, self._audit = ledger, pauses, audit

    def paused(self) -> dict[str, Pause]:
        """The paused queues by name."""
        return self._pauses.all()

    def pause(self, queue: str, by: str) -> None:
        """Have no task of a queue begun until it is resumed; what runs goes on. Raises `Conflict`."""
        self._pauses.pause(queue, by)
        self._audit.note("paused", "queue", queue, label=queue)

    def resume(self, queue: str) -> None:
        """Let the tasks of a queue be begun again, at once. Raises `Conflict`."""
        self._pauses.resume(queue)
        self._ledger.announce(queue)
        self._audit.note("resumed", "queue", queue, label=queue)
