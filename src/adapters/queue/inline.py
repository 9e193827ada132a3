"""Wake-ups that reach nobody: they are only noted, and the sweeper asks again within a second or so."""

from __future__ import annotations

from collections.abc import Iterable


class InlineWakeUps:
    """Notes which queues were woken; tests and one-shot commands look at it or drain by hand."""

    def __init__(self) -> None:
        self.woken: list[str] = []

    def wake(self, queues: Iterable[str]) -> None:
        self.woken.extend(queues)

    def nudge(self, queue: str) -> None:
        self.woken.append(queue)
