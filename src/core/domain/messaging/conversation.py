"""A conversation and who is in it; it knows no text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.domain.kernel.ids import new_id

if TYPE_CHECKING:
    from core.domain.messaging.message import DirectMessage

TICK = timedelta(milliseconds=1)


@dataclass(eq=False, kw_only=True)
class Conversation:
    """What people write to each other. `pair` names the two of a conversation `of_two`, of which there is one only; it
    is None once one of them has left the site. `size` and `messages` are kept counts, `last_id` the newest message.
    """

    id: str
    of_two: bool
    pair: str | None = None
    size: int = 0
    messages: int = 0
    last_id: str = ""
    created_at: datetime
    last_at: datetime

    @classmethod
    def begun(cls, people: Collection[str], now: datetime) -> Conversation:
        """A new one of these people, by their ids."""
        is_pair = len(people) == 2
        pair = " ".join(sorted(people)) if is_pair else None
        return cls(id=new_id("cnv", now), of_two=is_pair, pair=pair, created_at=now, last_at=now)

    def next_instant(self, now: datetime) -> datetime:
        """When the next message is written: after the one before, whatever the clocks say, as its id must sort so."""
        return max(now, self.last_at + TICK) if self.last_id else now

    def other(self, user_id: str) -> str:
        """The other one of two; "" when they have left the site."""
        return next((one for one in (self.pair or "").split() if one != user_id), "")


@dataclass(eq=False, kw_only=True)
class Member:
    """Somebody in a conversation: they read what is newer than `since`, and have read up to `read_id`. `unread` is
    kept, as is `last_id`, the conversation's newest message, which sorts their list. `muted`: nothing rings for it.
    """

    conversation_id: str
    user_id: str
    since: str = ""
    read_id: str = ""
    last_id: str = ""
    unread: int = 0
    muted: bool = False
    joined_at: datetime


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A conversation as a line of somebody's list: with its newest message, and some of the others who are in it."""

    conversation: Conversation
    member: Member
    last: DirectMessage | None
    others: Sequence[str]
