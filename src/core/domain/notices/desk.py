"""What a person does with what rang their bell: look, read, put away; it knows no page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.domain.kernel.errors import NotFound
from core.domain.kernel.marks import every, task
from core.domain.notices.notice import Notice
from core.domain.tasks import Run
from core.ports.clock import Clock
from core.ports.notices import Notices, Reaches

KEPT = timedelta(days=90)
BATCH = 5_000
MOST = 100
"""Nobody needs to know how many there are beyond so many."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A page of notices, newest first; `after` is where the next one begins, empty when there is none."""

    notices: Sequence[Notice]
    after: str = ""


class NoticeDesk:
    """Everybody sees and changes their own only."""

    def __init__(self, notices: Notices, reaches: Reaches, clock: Clock) -> None:
        self._notices, self._reaches, self._clock = notices, reaches, clock

    def page(self, user_id: str, *, after: str = "", unread: bool = False, most: int = 20) -> Shown:
        """Return notices of a user, newest first, those that come after a key."""
        found = self._notices.of(user_id, after=after, unread=unread, most=most + 1)
        return Shown(notices=found[:most], after=found[most - 1].id if len(found) > most else "")

    def unread(self, user_id: str) -> int:
        """How many a user has not read; 100 stands for as many and more."""
        return self._notices.number_unread(user_id, MOST)

    def show(self, user_id: str, notice_id: str) -> Notice:
        """Return one. Raises `NotFound`, for those of others as well."""
        found = self._notices.find(notice_id)
        if found is None or found.user_id != user_id:
            raise NotFound("There is no such notification. Those older than 90 days are deleted.")
        return found

    def read(self, user_id: str, notice_id: str, *, is_read: bool = True) -> Notice:
        """Mark one as read, or as unread again. Raises `NotFound`, for those of others as well."""
        found = self.show(user_id, notice_id)
        found.read_at = (found.read_at or self._clock.now()) if is_read else None
        return found

    def read_all(self, user_id: str, up_to: str = "") -> int:
        """Mark all as read, or all up to one: what rang since the page was shown stays unread. Return how many."""
        return self._notices.read_all(user_id, self._clock.now(), up_to)

    @every("forget-notices", "53 * * * *")
    @task("notices.forget", queue="upkeep", priority=8)
    def forget(self, run: Run) -> dict[str, Any]:
        """Delete what is older than 90 days, a batch at a time, and codes that are over."""
        now = self._clock.now()
        self._reaches.remove_proofs(now - timedelta(days=2))
        return {"deleted": self._notices.remove_before(now - KEPT, BATCH)}
