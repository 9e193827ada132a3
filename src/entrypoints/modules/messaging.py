"""Messages between people, plugged in: where they are kept, who writes them, who is told, who looks after them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from adapters.db.messaging import ENTITIES, SqlBlocks, SqlConversations, SqlDirectMessages
from core.domain.kernel.personal import Fate, Held
from core.domain.messaging import (
    MESSAGES,
    REPORTED_AS,
    BlockDesk,
    Contacts,
    ConversationDesk,
    MessageDesk,
    MessageLetters,
    Oversight,
    Shelves,
)

if TYPE_CHECKING:
    from entrypoints.container import App

__all__ = ["ENTITIES", "MARKED", "MESSAGES", "PARTS", "PERSONAL", "REPORTABLE", "SCOPES", "Settings"]


class Settings(BaseModel):
    """How many people fit into one conversation, whoever begins it among them."""

    conversation_size: int = Field(default=50, ge=2, le=500)


def _contacts(app: App) -> Contacts:
    return Contacts(app.users, app.message_blocks, app.settings.conversation_size)


def _message_desk(app: App) -> MessageDesk:
    return MessageDesk(app.message_shelves, app.contacts, app.outbox, app.clock)


def _conversation_desk(app: App) -> ConversationDesk:
    return ConversationDesk(app.conversations, app.contacts, app.message_desk, app.clock)


PARTS = {
    "conversations": lambda app: SqlConversations(app.uow),
    "direct_messages": lambda app: SqlDirectMessages(app.uow),
    "message_blocks": lambda app: SqlBlocks(app.uow),
    "message_shelves": lambda app: Shelves(app.conversations, app.direct_messages),
    "contacts": _contacts,
    "message_desk": _message_desk,
    "conversation_desk": _conversation_desk,
    "block_desk": lambda app: BlockDesk(app.message_blocks, app.users, app.clock),
    "message_letters": lambda app: MessageLetters(app.message_shelves, app.users, app.post),
    "oversight": lambda app: Oversight(app.message_shelves, app.users, app.audit, app.clock),
}
MARKED = {"message_letters": MessageLetters, "oversight": Oversight}
REPORTABLE = {REPORTED_AS: "oversight"}
SCOPES = {"messages": "Read and write your messages, and block people"}
OTHERS = (
    "The others go on reading the conversation; your messages in it are emptied, and your name is taken out of them."
)
PERSONAL = (
    Held(table="conversations", about="Your conversations with one other person", mentions=("pair",), fate=Fate.SCRUB,
         stays="id of_two size messages last_id created_at last_at", secret=("pair",), why=OTHERS),
    Held(table="conversation_members", about="The conversations you are in, and what you have read",
         ids=("user_id",)),
    Held(table="direct_messages", about="Messages you wrote", ids=("author_id",), fate=Fate.BLANK,
         blank=("author_id", "body"), why=OTHERS,
         stays="id conversation_id version created_at edited_at deleted_at hidden_at"),
    Held(table="message_blocks", about="Whom you blocked", ids=("user_id",)),
    Held(table="message_blocks", name="message_blocks-of_you", about="That somebody blocked you", ids=("blocked_id",),
         secret=("user_id",)),
)  # fmt: skip
