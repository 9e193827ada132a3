"""Writing, reading, changing and taking back messages, by who is in the conversation; whoever is not finds nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.kernel.errors import Forbidden, NotFound
from core.domain.kernel.ids import is_id, new_id
from core.domain.messaging.contacts import Contacts
from core.domain.messaging.conversation import Conversation, Member
from core.domain.messaging.message import DirectMessage
from core.domain.tasks import Outbox
from core.ports.clock import Clock
from core.ports.messaging import Conversations, DirectMessages

NOT_THERE = "There is no such conversation, or you are not in it. Look at your messages again."
CLOSED = "This conversation takes no more messages."
BLOCKED = "You have blocked this person. Unblock them first, if you want to write."


@dataclass(frozen=True)
class MessageWaits:
    """Somebody who had read everything has something to read again."""

    user_id: str
    conversation_id: str
    message_id: str


@dataclass(frozen=True)
class Shelves:
    """Where conversations and their messages are kept."""

    conversations: Conversations
    messages: DirectMessages


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Some messages of a conversation, the newest first, and whether there are older and newer ones."""

    messages: Sequence[DirectMessage]
    has_older: bool = False
    has_newer: bool = False


class MessageDesk:
    """What people do with messages. Its verbs act in the open transaction.

    Everything that writes holds the conversation first, so counts are exact and ids sort as they were written.
    """

    def __init__(self, shelves: Shelves, contacts: Contacts, outbox: Outbox, clock: Clock) -> None:
        self._conversations, self._messages = shelves.conversations, shelves.messages
        self._contacts, self._outbox, self._clock = contacts, outbox, clock

    def member(self, user_id: str, conversation_id: str) -> Member:
        """Return somebody's place in a conversation. Raises `NotFound`, for those of others as well."""
        found = self._conversations.member(conversation_id, user_id) if is_id(conversation_id, "cnv") else None
        if found is None:
            raise NotFound(NOT_THERE)
        return found

    def hold(self, user_id: str, conversation_id: str) -> Conversation:
        """Return a conversation that somebody is in, to change, held until the transaction ends. Raises `NotFound`."""
        held = self._conversations.lock(conversation_id) if is_id(conversation_id, "cnv") else None
        if held is None:
            raise NotFound(NOT_THERE)
        self.member(user_id, conversation_id)
        return held

    def write(self, user_id: str, conversation_id: str, text: str) -> DirectMessage:
        """Write into a conversation; who writes has read what is there.

        Raises `Invalid` for the text, `NotFound`, `Forbidden` between two of whom one has blocked the other or is gone.
        """
        held = self.hold(user_id, conversation_id)
        if held.of_two:
            self._check_open(user_id, held.other(user_id))
            self.complete(held)
        return self.append(held, user_id, text)

    def complete(self, held: Conversation) -> None:
        """Have both of two be in their conversation: an account that was deleted and restored is in none."""
        here = {one.user_id for one in self._conversations.members(held.id)}
        absent = [one for one in (held.pair or "").split() if one not in here]
        self._conversations.enter([
            Member(
                conversation_id=held.id, user_id=one, read_id=held.last_id, last_id=held.last_id,
                joined_at=self._clock.now(),
            )
            for one in absent
        ])  # fmt: skip
        held.size = len(here) + len(absent)

    def append(self, held: Conversation, user_id: str, text: str) -> DirectMessage:
        """Put a message at the end of a conversation that is held, and have told who had read everything before."""
        now = held.next_instant(self._clock.now())
        message = DirectMessage(
            id=new_id("dms", now), conversation_id=held.id, author_id=user_id, body=text, created_at=now
        )
        message.check()
        self._messages.add(message)
        held.last_id, held.last_at, held.messages = message.id, now, held.messages + 1
        for reader in self._conversations.count_up(held.id, message.id, user_id):
            self._outbox.publish(MessageWaits(reader, held.id, message.id))
        return message

    def page(self, user_id: str, conversation_id: str, *, after: str = "", before: str = "", most: int = 20) -> Slice:
        """Return messages of a conversation, newest first: those older than `after`, or the next newer than `before`.

        Raises `NotFound`.
        """
        since = self.member(user_id, conversation_id).since
        found = self._messages.page(conversation_id, since=since, after=after, before=before, most=most + 1)
        is_more = len(found) > most
        if before:
            return Slice(messages=found[-most:], has_older=bool(found), has_newer=is_more)
        return Slice(messages=found[:most], has_older=is_more, has_newer=bool(after and found))

    def show(self, user_id: str, conversation_id: str, message_id: str) -> DirectMessage:
        """Return one message. Raises `NotFound`, for what somebody may not read as well."""
        since = self.member(user_id, conversation_id).since
        found = self._messages.find(message_id) if is_id(message_id, "dms") else None
        if found is None or found.conversation_id != conversation_id or found.id <= since:
            raise NotFound("There is no such message here. Look at the conversation again.")
        return found

    def own(self, user_id: str, conversation_id: str, message_id: str) -> DirectMessage:
        """Return a message of one's own to change, held. Raises `NotFound`, `Forbidden` for somebody else's."""
        if self.show(user_id, conversation_id, message_id).author_id != user_id:
            raise Forbidden("This message is somebody else's. You can report it, if it should not be here.")
        held = self._messages.lock(message_id)
        assert held is not None
        return held

    def edit(self, message: DirectMessage, text: str) -> None:
        """Change the text of a message that is held. Raises `Invalid`, `Conflict` where it is not there any more."""
        message.edit(text, self._clock.now())

    def delete(self, message: DirectMessage) -> None:
        """Take a message back that is held; a mark stays. Raises `Conflict` where it is not there any more."""
        message.delete(self._clock.now())

    def mark_read(self, user_id: str, conversation_id: str, up_to: str = "") -> Member:
        """Say that somebody has read a conversation up to a message, or all of it; return how it stands then.

        What was written since the page was shown stays unread. A mark never goes back. Raises `NotFound`.
        """
        held = self.hold(user_id, conversation_id)
        member = self.member(user_id, conversation_id)
        read = min(up_to, held.last_id) if is_id(up_to, "dms") else held.last_id
        if read > member.read_id:
            member.read_id = read
            member.unread = self._messages.number_after(conversation_id, read, user_id)
        return member

    def _check_open(self, user_id: str, other_id: str) -> None:
        if other_id and self._contacts.has_blocked(user_id, other_id):
            raise Forbidden(BLOCKED)
        if not other_id or self._contacts.are_apart(user_id, other_id) or not self._contacts.is_there(other_id):
            raise Forbidden(CLOSED)
