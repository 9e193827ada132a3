"""Conversations, messages and blocks in memory, for tests that must be instant."""

from collections.abc import Callable, Sequence
from typing import Any

from adapters.memory.repositories import Shelf
from core.domain.messaging import Block, Conversation, DirectMessage, Entry, Member

NAMED = 5


class MemoryConversations(Shelf):
    """`core.ports.messaging.Conversations`."""

    kind = "conversation"

    def add(self, conversation: Conversation) -> Conversation:
        self._rows[conversation.id] = conversation
        return conversation

    def hold_pair(self, conversation: Conversation) -> Conversation:
        found = (row for row in self._rows.values() if row.pair == conversation.pair)
        return next(found, None) or self.add(conversation)

    def find(self, conversation_id: str) -> Conversation | None:
        return self._rows.get(conversation_id)

    def lock(self, conversation_id: str) -> Conversation | None:
        return self.find(conversation_id)

    def enter(self, members: Sequence[Member]) -> None:
        self._members.update({(one.conversation_id, one.user_id): one for one in members})

    def member(self, conversation_id: str, user_id: str) -> Member | None:
        return self._members.get((conversation_id, user_id))

    def members(self, conversation_id: str) -> list[Member]:
        found = [row for row in self._members.values() if row.conversation_id == conversation_id]
        return sorted(found, key=lambda row: (row.joined_at, row.user_id))

    def leave(self, conversation_id: str, user_id: str) -> None:
        self._members.pop((conversation_id, user_id), None)

    def of(self, user_id: str, *, after: str, before: str, most: int) -> list[Entry]:
        found = [row for row in self._members.values() if row.user_id == user_id]
        return [self._entry(row) for row in paged(found, lambda row: row.last_id, (after, before), most)]

    def number_unread(self, user_id: str, most: int) -> int:
        return min(most, sum(row.user_id == user_id and row.unread > 0 for row in self._members.values()))

    def count_up(self, conversation_id: str, message_id: str, author_id: str) -> list[str]:
        told = []
        for row in self.members(conversation_id):
            row.last_id = message_id
            row.unread = 0 if row.user_id == author_id else row.unread + 1
            row.read_id = message_id if row.user_id == author_id else row.read_id
            if row.unread == 1 and not row.muted:
                told.append(row.user_id)
        return sorted(told)

    def _entry(self, member: Member) -> Entry:
        others = [one.user_id for one in self.members(member.conversation_id) if one.user_id != member.user_id]
        last = self._store.shelf("direct message").get(member.last_id) if member.last_id > member.since else None
        conversation = self._rows[member.conversation_id]
        return Entry(member=member, conversation=conversation, last=last, others=others[:NAMED])

    @property
    def _members(self) -> dict[tuple[str, str], Member]:
        return self._store.shelf("member")


class MemoryDirectMessages(Shelf):
    """`core.ports.messaging.DirectMessages`."""

    kind = "direct message"

    def add(self, message: DirectMessage) -> None:
        self._rows[message.id] = message

    def find(self, message_id: str) -> DirectMessage | None:
        return self._rows.get(message_id)

    def lock(self, message_id: str) -> DirectMessage | None:
        return self.find(message_id)

    def page(self, conversation_id: str, *, since: str, after: str, before: str, most: int) -> list[DirectMessage]:
        found = [row for row in self._rows.values() if row.conversation_id == conversation_id and row.id > since]
        return paged(found, lambda row: row.id, (after, before), most)

    def number_after(self, conversation_id: str, message_id: str, user_id: str) -> int:
        newer = [row for row in self._rows.values() if row.conversation_id == conversation_id and row.id > message_id]
        return sum(row.author_id != user_id for row in newer)


class MemoryBlocks(Shelf):
    """`core.ports.messaging.Blocks`."""

    kind = "block"

    def add(self, block: Block) -> None:
        self._rows.setdefault((block.user_id, block.blocked_id), block)

    def remove(self, user_id: str, blocked_id: str) -> None:
        self._rows.pop((user_id, blocked_id), None)

    def of(self, user_id: str) -> list[Block]:
        found = [row for row in self._rows.values() if row.user_id == user_id]
        return sorted(sorted(found, key=lambda row: str(row.blocked_id)), key=lambda row: row.created_at, reverse=True)

    def between(self, user_id: str, others: Sequence[str]) -> set[tuple[str, str]]:
        return {pair for pair in self._rows if user_id in pair and (set(pair) - {user_id}) & set(others)}


def paged(rows: list[Any], order: Callable[[Any], str], place: tuple[str, str], most: int) -> list[Any]:
    """Newest first what is older than the first place, or what is next newer than the second."""
    after, before = place
    if before:
        return sorted((row for row in rows if order(row) > before), key=order)[:most][::-1]
    return sorted((row for row in rows if not after or order(row) < after), key=order, reverse=True)[:most]


PARTS = {"conversations": MemoryConversations, "direct_messages": MemoryDirectMessages, "message_blocks": MemoryBlocks}
