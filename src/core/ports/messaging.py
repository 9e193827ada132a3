"""Where conversations, messages and blocks are kept. Every method acts in the open transaction or reading block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.domain.messaging import Block, Conversation, DirectMessage, Entry, Member


class Conversations(Protocol):
    """Conversations, and who is in them."""

    def add(self, conversation: Conversation) -> Conversation:
        """Keep a new one, and return it."""
        ...

    def hold_pair(self, conversation: Conversation) -> Conversation:
        """Keep a new one of two people, unless they have one; return that which is kept, held until the transaction
        ends. Of two that begin at once one is kept."""
        ...

    def find(self, conversation_id: str) -> Conversation | None:
        """Return one, or None."""
        ...

    def lock(self, conversation_id: str) -> Conversation | None:
        """The same to change, held until the transaction ends, as it is now."""
        ...

    def enter(self, members: Sequence[Member]) -> None:
        """Keep new members, who are in none of their conversations yet."""
        ...

    def member(self, conversation_id: str, user_id: str) -> Member | None:
        """Return somebody's place in a conversation, as it is now; None when they are not in it."""
        ...

    def members(self, conversation_id: str) -> list[Member]:
        """Everybody who is in a conversation, by when they came."""
        ...

    def leave(self, conversation_id: str, user_id: str) -> None:
        """Forget that somebody is in a conversation."""
        ...

    def of(self, user_id: str, *, after: str, before: str, most: int) -> list[Entry]:
        """Up to `most` of somebody's, sorted by their newest message, newest first: those older than the message of the
        id `after`, or the ones next newer than `before` (where given). In two questions, however many they are; of
        those who are in it besides, up to five are named."""
        ...

    def number_unread(self, user_id: str, most: int) -> int:
        """In how many something is unread; no more than `most` are looked at."""
        ...

    def count_up(self, conversation_id: str, message_id: str, author_id: str) -> list[str]:
        """Say to all members that there is a new message, and count it as unread for all but its author, who has read
        everything; return who had read everything before and has not muted the conversation."""
        ...


class DirectMessages(Protocol):
    """The messages of conversations."""

    def add(self, message: DirectMessage) -> None:
        """Keep a new one."""
        ...

    def find(self, message_id: str) -> DirectMessage | None:
        """Return one, or None."""
        ...

    def lock(self, message_id: str) -> DirectMessage | None:
        """The same to change, held until the transaction ends, as it is now."""
        ...

    def page(self, conversation_id: str, *, since: str, after: str, before: str, most: int) -> list[DirectMessage]:
        """Up to `most` that are newer than the id `since`, newest first: those older than `after`, or the ones next
        newer than `before` (where given)."""
        ...

    def number_after(self, conversation_id: str, message_id: str, user_id: str) -> int:
        """How many are newer than one and not somebody's own."""
        ...


class Blocks(Protocol):
    """Who has blocked whom."""

    def add(self, block: Block) -> None:
        """Keep it; where there is such a one already, do nothing."""
        ...

    def remove(self, user_id: str, blocked_id: str) -> None:
        """Forget it, or do nothing where there is none."""
        ...

    def of(self, user_id: str) -> list[Block]:
        """Whom somebody has blocked, the latest first."""
        ...

    def between(self, user_id: str, others: Sequence[str]) -> set[tuple[str, str]]:
        """The blocks between somebody and others, in either direction, as (who blocked, who is blocked)."""
        ...
