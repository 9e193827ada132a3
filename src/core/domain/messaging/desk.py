"""Beginning conversations, listing them, adding people, leaving and muting; of texts it knows the first one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.accounts import User
from core.domain.kernel.errors import Conflict, Forbidden
from core.domain.messaging.contacts import Contacts
from core.domain.messaging.conversation import Conversation, Entry, Member
from core.domain.messaging.message import DirectMessage
from core.domain.messaging.writing import MessageDesk
from core.ports.clock import Clock
from core.ports.messaging import Conversations

MOST_COUNTED = 100


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A conversation that was begun, or found again, and what was written into it."""

    conversation: Conversation
    message: DirectMessage
    is_new: bool


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A page of somebody's conversations, and everybody who is named on it."""

    entries: Sequence[Entry]
    people: dict[str, User]
    has_after: bool = False
    has_before: bool = False


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One conversation as somebody in it sees it, with everybody who is in it."""

    conversation: Conversation
    member: Member
    people: dict[str, User]


class ConversationDesk:
    """What people do with conversations. Its verbs act in the open transaction or reading block."""

    def __init__(self, conversations: Conversations, contacts: Contacts, messages: MessageDesk, clock: Clock) -> None:
        self._conversations, self._contacts, self._messages, self._clock = conversations, contacts, messages, clock

    def start(self, user: User, usernames: Sequence[str], text: str) -> Begun:
        """Write to one or more people. Of two people there is one conversation: it is found again; of more, a new one.

        Raises `Invalid` naming `people` or `text`.
        """
        found = self._contacts.named(user, usernames)
        people = [user.id, *(other.id for other in found)]
        new = Conversation.begun(people, self._clock.now())
        held = self._conversations.hold_pair(new) if new.of_two else self._conversations.add(new)
        is_new = held.id == new.id
        if is_new:
            self._enter(held, people)
        elif held.of_two:
            self._messages.complete(held)
        return Begun(conversation=held, message=self._messages.append(held, user.id, text), is_new=is_new)

    def of(self, user_id: str, *, after: str = "", before: str = "", most: int = 20) -> Listed:
        """Return somebody's conversations, the one that was written in last first: those after or before a message's
        id, in three questions, however many they are.
        """
        found = self._conversations.of(user_id, after=after, before=before, most=most + 1)
        is_more = len(found) > most
        entries = found[-most:] if before else found[:most]
        authors = [one.last.author_id for one in entries if one.last and one.last.author_id]
        people = self._contacts.people([*authors, *(other for one in entries for other in one.others)])
        return Listed(
            entries=entries, people=people, has_after=bool(found) if before else is_more,
            has_before=is_more if before else bool(after and found),
        )  # fmt: skip

    def unread(self, user_id: str) -> int:
        """In how many conversations something waits for somebody; 100 stands for as many and more."""
        return self._conversations.number_unread(user_id, MOST_COUNTED)

    def show(self, user_id: str, conversation_id: str) -> Shown:
        """Return a conversation. Raises `NotFound`, for those that somebody is not in as well."""
        member = self._messages.member(user_id, conversation_id)
        conversation = self._conversations.find(conversation_id)
        assert conversation is not None
        members = self._conversations.members(conversation_id)
        people = self._contacts.people([one.user_id for one in members])
        return Shown(conversation=conversation, member=member, people=people)

    def people(self, messages: Sequence[DirectMessage]) -> dict[str, User]:
        """Who wrote these, by id; who has left is not among them."""
        return self._contacts.people([one.author_id for one in messages if one.author_id])

    def add(self, user: User, conversation_id: str, usernames: Sequence[str]) -> Conversation:
        """Bring more people into a conversation of more than two; they read what is written from now on.

        Raises `Invalid` naming `people`, `NotFound`, `Conflict` for a conversation of two.
        """
        held = self._messages.hold(user.id, conversation_id)
        if held.of_two:
            raise Conflict("This conversation is of you two. Begin a new one with everybody whom you want in it.")
        here = {one.user_id for one in self._conversations.members(conversation_id)}
        found = self._contacts.named(user, usernames, besides=len(here))
        self._enter(held, [other.id for other in found if other.id not in here])
        return held

    def leave(self, user_id: str, conversation_id: str) -> None:
        """Be in a conversation no more; what one wrote stays. Raises `NotFound`, `Forbidden` for one of two."""
        held = self._messages.hold(user_id, conversation_id)
        if held.of_two:
            raise Forbidden("Nobody leaves a conversation of two. Mute it, or block the other one.")
        self._conversations.leave(conversation_id, user_id)
        held.size -= 1

    def mute(self, user_id: str, conversation_id: str, *, is_muted: bool) -> Member:
        """Have nothing ring for a conversation, or have it ring again. Raises `NotFound`."""
        self._messages.hold(user_id, conversation_id)
        member = self._messages.member(user_id, conversation_id)
        member.muted = is_muted
        return member

    def _enter(self, held: Conversation, people: Sequence[str]) -> None:
        now = self._clock.now()
        self._conversations.enter([
            Member(
                conversation_id=held.id, user_id=one, since=held.last_id, read_id=held.last_id, last_id=held.last_id,
                joined_at=now,
            )
            for one in people
        ])  # fmt: skip
        held.size += len(people)
