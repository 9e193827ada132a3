"""What people wrote who are shown to nobody: suspended or leaving. It is hidden as they are, and comes back with them.

A row is hidden so by `hidden_at` alone, with no reason: what a moderator hid has one, and stays hidden.
"""

from __future__ import annotations

from typing import Any

from core.domain.accounts.letters import ShownOtherwise
from core.domain.kernel.marks import every, on, task
from core.domain.tasks import Outbox, Run
from core.ports.clock import Clock
from core.ports.content import Authors

AT_ONCE = 500
"""Posts, and as many comments, that are changed in one transaction."""
AWAY_MOST = 1_000


class Absences:
    """Has what people wrote follow them out of sight, and back."""

    def __init__(self, authors: Authors, outbox: Outbox, clock: Clock, at_once: int = AT_ONCE) -> None:
        self._authors, self._outbox, self._clock, self._at_once = authors, outbox, clock, at_once

    @on(ShownOtherwise, "content.follow-author", priority=3)
    def follow(self, event: ShownOtherwise, run: Run) -> dict[str, Any]:
        """Hide or show some of what somebody wrote, by what they are now; go on by another task while there is more."""
        is_shown = self._authors.hold(event.user_id)
        if is_shown:
            changed = self._authors.show(event.user_id, self._at_once)
        else:
            changed = self._authors.hide(event.user_id, self._clock.now(), self._at_once)
        if changed >= self._at_once:
            self._outbox.publish(event)
        return {"shown" if is_shown else "hidden": changed}

    @every("content-absences", "7 4 * * *", at_once=True)
    @task("content.find-absences", queue="upkeep", priority=8)
    def sweep(self, run: Run) -> dict[str, Any]:
        """Find what is still shown of people who are not: written in the moment they went, or put in by other ways."""
        found = self._authors.away(AWAY_MOST)
        for user_id in found:
            self._outbox.publish(ShownOtherwise(user_id))
        return {"found": len(found)}
