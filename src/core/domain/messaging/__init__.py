"""Messages between people: conversations of two or more, read marks, blocks; it knows no page and no panel."""

from core.domain.messaging.blocks import Block, BlockDesk
from core.domain.messaging.contacts import Contacts
from core.domain.messaging.conversation import Conversation, Entry, Member
from core.domain.messaging.desk import ConversationDesk
from core.domain.messaging.letters import MESSAGES, MessageLetters
from core.domain.messaging.message import MOST_CHARACTERS, DirectMessage
from core.domain.messaging.oversight import REPORTED_AS, Oversight
from core.domain.messaging.writing import MessageDesk, Shelves, Slice

__all__ = [
    "MESSAGES", "MOST_CHARACTERS", "REPORTED_AS", "Block", "BlockDesk", "Contacts", "Conversation", "ConversationDesk",
    "DirectMessage", "Entry", "Member", "MessageDesk", "MessageLetters", "Oversight", "Shelves", "Slice",
]  # fmt: skip
