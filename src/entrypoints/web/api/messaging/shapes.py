"""The shapes of conversations and messages, and how they are filled; rules about their values live on the entities."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from core.domain.accounts import User
from core.domain.messaging import MOST_CHARACTERS, Conversation, DirectMessage, Entry, Member
from entrypoints.container import App
from entrypoints.web.portraits import picture_of

STATES = ("there", "deleted", "hidden", "left")
NO_CONVERSATION = {404: "There is no such conversation, or you are not in it."}
NO_MESSAGE = {404: "There is no such message, or you are not in its conversation."}
TEXT = f"Plain text, at most {MOST_CHARACTERS} characters; addresses in it become links where it is shown."


class PersonOut(BaseModel):
    """Somebody, as others see them."""

    username: str
    name: str
    image: str | None


class MessageOut(BaseModel):
    """A message."""

    id: str
    author: PersonOut | None = Field(description="null: they have left this site.")
    is_own: bool
    text: str = Field(description="Empty, unless its state is there.")
    state: str = Field(
        description="deleted: its author took it back. hidden: by who looks after this site. left: its author is gone.",
        json_schema_extra={"enum": list(STATES)},
    )
    created_at: datetime
    edited_at: datetime | None


class MessagesOut(BaseModel):
    """Messages of a conversation, newest first."""

    messages: list[MessageOut]
    next: str | None = Field(description="Give it back as `cursor` for older ones; null at the beginning.")
    prev: str | None = Field(description="The same for newer ones.")


class ConversationOut(BaseModel):
    """A conversation that you are in."""

    id: str
    people: list[PersonOut] = Field(description="Who is in it besides you; in a list at most five of them.")
    size: int = Field(description="How many are in it, you among them.")
    of_two: bool
    unread: int
    muted: bool = Field(description="Nothing rings for it.")
    last_at: datetime = Field(description="When somebody last wrote.")


class ListedOut(ConversationOut):
    """A conversation as a line of a list."""

    last: MessageOut | None = Field(description="The newest message; null where it is older than you are in it.")


class ConversationsOut(BaseModel):
    """Your conversations, the one that was written in last first."""

    conversations: list[ListedOut]
    next: str | None = Field(description="Give it back as `cursor` for the next page; null at the end.")
    prev: str | None = Field(description="The same for the page before.")


class BegunOut(BaseModel):
    """A conversation, and what you wrote into it."""

    conversation: ConversationOut
    message: MessageOut


class UnreadOut(BaseModel):
    """In how many conversations something waits for you."""

    unread: int = Field(description="100 stands for as many and more.")


class PeopleIn(BaseModel):
    """People, by username."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"required": ["people"], "example": {"people": ["bob"]}}
    )
    people: list[str] = Field([], max_length=500)


class BegunIn(PeopleIn):
    """A first message to one or more people."""

    model_config = ConfigDict(
        extra="forbid", strict=True,
        json_schema_extra={"required": ["people", "text"], "example": {"people": ["bob"], "text": "Hello Bob"}},
    )  # fmt: skip
    text: str = Field("", max_length=MOST_CHARACTERS, description=TEXT)


class TextIn(BaseModel):
    """What a message says."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"required": ["text"], "example": {"text": "Hello"}}
    )
    text: str = Field("", max_length=MOST_CHARACTERS, description=TEXT)


class StandingIn(BaseModel):
    """How a conversation stands for you; what is left out stays."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"example": {"muted": True}})
    muted: bool = Field(False, description="Nothing rings for it any more.")
    read_up_to: str = Field("", max_length=40, description="The id of the newest message that you have read.")


def person(app: App, user: User | None) -> dict[str, Any] | None:
    """Return somebody as others see them."""
    return user and {"username": user.username, "name": user.name, "image": picture_of(app, user)}


def message(app: App, one: DirectMessage, people: Mapping[str, User], reader: str) -> dict[str, Any]:
    """Return a message as a reader sees it."""
    return {
        "id": one.id, "author": person(app, people.get(one.author_id or "")), "is_own": one.author_id == reader,
        "text": one.text, "state": one.state, "created_at": one.created_at, "edited_at": one.edited_at,
    }  # fmt: skip


def conversation(
    app: App, one: Conversation, member: Member, people: Mapping[str, User], others: list[str]
) -> dict[str, Any]:
    """Return a conversation as somebody in it sees it."""
    return {
        "id": one.id, "people": [person(app, people[other]) for other in others if other in people], "size": one.size,
        "of_two": one.of_two, "unread": member.unread, "muted": member.muted, "last_at": one.last_at,
    }  # fmt: skip


def listed(app: App, entry: Entry, people: Mapping[str, User]) -> dict[str, Any]:
    """Return a line of somebody's list."""
    told = conversation(app, entry.conversation, entry.member, people, list(entry.others))
    last = entry.last and message(app, entry.last, people, entry.member.user_id)
    return {**told, "last": last}
