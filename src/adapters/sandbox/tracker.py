"""News of what the sandbox's vendors took: on its way at first, and after a moment with its recipient, or not."""

from __future__ import annotations

from datetime import datetime, timedelta

from adapters.sandbox.drawer import Drawer
from adapters.sandbox.manners import manner
from core.ports.clock import Clock
from core.ports.delivery import Delivery, News
from core.ports.sandbox import Message

MOMENT = timedelta(seconds=2)
"""How long a message is on its way, so that whoever looks on sees it go."""


class SandboxTracker:
    """`core.ports.delivery.Tracker` of every channel."""

    def __init__(self, drawer: Drawer, clock: Clock) -> None:
        self._drawer, self._clock = drawer, clock

    def news_of(self, message_id: str) -> News | None:
        """How far a message has come; None for one that was cleared, and for one of which nobody ever hears."""
        kept = self._drawer.taken(message_id)
        if kept is None:
            return None
        taken_at = datetime.fromisoformat(kept["at"])
        if self._clock.now() < taken_at + MOMENT:
            return _news(kept, Delivery.SENT, taken_at)
        end = manner(kept["channel"], kept["to"]).ends
        return None if end is None else _news(kept, end, taken_at + MOMENT)


def _news(kept: Message, state: Delivery, at: datetime) -> News:
    bounced = state is Delivery.BOUNCED
    return News(
        carrier=kept["vendor"], event_id=f"{kept['message_id']}:{state}", message_id=kept["message_id"], state=state,
        at=at, detail="The address is one for tests, which bounces." if bounced else "",
        is_final_for=kept["to"] if bounced else "",
    )  # fmt: skip
