"""Conversations, messages and blocks in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Select,
    Table,
    Text,
    and_,
    case,
    delete,
    func,
    or_,
    select,
    text,
    update,
)

from adapters.db.repositories import Shelf
from adapters.db.tables import metadata
from adapters.db.types import Instant, key
from core.domain.messaging import Block, Conversation, DirectMessage, Entry, Member

NAMED = 5
"""So many of those in a conversation are named in a list."""


def _conversation(**how: bool) -> Column[str]:
    return Column("conversation_id", key(), ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, **how)


conversations = Table(
    "conversations",
    metadata,
    Column("id", key(), primary_key=True),
    Column("of_two", Boolean, nullable=False),
    Column("pair", key(81), unique=True),
    Column("size", Integer, nullable=False),
    Column("messages", Integer, nullable=False),
    Column("last_id", key(), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
)
Index("ix_conversations_last_at", conversations.c.last_at, conversations.c.id)

members = Table(
    "conversation_members",
    metadata,
    _conversation(primary_key=True),
    Column("user_id", key(), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("since", key(), nullable=False),
    Column("read_id", key(), nullable=False),
    Column("last_id", key(), nullable=False),
    Column("unread", Integer, nullable=False),
    Column("muted", Boolean, nullable=False),
    Column("joined_at", Instant, nullable=False),
)
Index("ix_conversation_members_user_id", members.c.user_id, members.c.last_id)
UNREAD = text("unread > 0")
Index("ix_conversation_members_unread", members.c.user_id, postgresql_where=UNREAD, sqlite_where=UNREAD)

messages = Table(
    "direct_messages",
    metadata,
    Column("id", key(), primary_key=True),
    _conversation(),
    Column("author_id", key()),
    Column("body", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("edited_at", Instant),
    Column("deleted_at", Instant),
    Column("hidden_at", Instant),
)
Index("ix_direct_messages_conversation_id", messages.c.conversation_id, messages.c.id)
Index("ix_direct_messages_author_id", messages.c.author_id, messages.c.id)

blocks = Table(
    "message_blocks",
    metadata,
    Column("user_id", key(), primary_key=True),
    Column("blocked_id", key(), primary_key=True),
    Column("created_at", Instant, nullable=False),
)
Index("ix_message_blocks_blocked_id", blocks.c.blocked_id, blocks.c.user_id)
ENTITIES = {Conversation: conversations, Member: members, DirectMessage: messages, Block: blocks}


class SqlConversations(Shelf):
    """`core.ports.messaging.Conversations`."""

    def add(self, conversation: Conversation) -> Conversation:
        self._add(conversation)
        self._database.session.flush()  # before its members, who refer to it
        return conversation

    def hold_pair(self, conversation: Conversation) -> Conversation:
        new = self._database.insert(conversations).values(_row(conversation))
        self._execute(new.on_conflict_do_nothing(index_elements=[conversations.c.pair]))
        wanted = _held(select(Conversation).where(conversations.c.pair == conversation.pair))
        return self._database.session.scalars(wanted).one()

    def find(self, conversation_id: str) -> Conversation | None:
        return self._database.session.get(Conversation, conversation_id)

    def lock(self, conversation_id: str) -> Conversation | None:
        wanted = _held(select(Conversation).where(conversations.c.id == conversation_id))
        return self._database.session.scalars(wanted).one_or_none()

    def enter(self, given: Sequence[Member]) -> None:
        if given:
            self._execute(self._database.insert(members).values([_row(one) for one in given]))

    def member(self, conversation_id: str, user_id: str) -> Member | None:
        wanted = select(Member).where(members.c.conversation_id == conversation_id, members.c.user_id == user_id)
        return self._database.session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()

    def members(self, conversation_id: str) -> list[Member]:
        wanted = select(Member).where(members.c.conversation_id == conversation_id)
        return list(self._database.session.scalars(wanted.order_by(members.c.joined_at, members.c.user_id)))

    def leave(self, conversation_id: str, user_id: str) -> None:
        theirs = and_(members.c.conversation_id == conversation_id, members.c.user_id == user_id)
        self._execute(delete(members).where(theirs))

    def of(self, user_id: str, *, after: str, before: str, most: int) -> list[Entry]:
        wanted = (
            select(Member, Conversation, DirectMessage)
            .join(conversations, conversations.c.id == members.c.conversation_id)
            .outerjoin(messages, and_(messages.c.id == members.c.last_id, messages.c.id > members.c.since))
            .where(members.c.user_id == user_id)
        )
        found = list(self._database.session.execute(_paged(wanted, members.c.last_id, (after, before), most)))
        rows = found[::-1] if before else found
        others = self._others([row[1].id for row in rows], user_id)
        return [
            Entry(member=member, conversation=conversation, last=last, others=others.get(conversation.id, []))
            for member, conversation, last in rows
        ]

    def number_unread(self, user_id: str, most: int) -> int:
        unread = select(members.c.user_id).where(members.c.user_id == user_id, members.c.unread > 0).limit(most)
        return self._database.session.execute(select(func.count()).select_from(unread.subquery())).scalar_one()

    def count_up(self, conversation_id: str, message_id: str, author_id: str) -> list[str]:
        is_author = members.c.user_id == author_id
        told = (
            update(members)
            .where(members.c.conversation_id == conversation_id)
            .values(
                last_id=message_id, unread=case((is_author, 0), else_=members.c.unread + 1),
                read_id=case((is_author, message_id), else_=members.c.read_id),
            )
            .returning(members.c.user_id, members.c.unread, members.c.muted)
        )  # fmt: skip
        self._database.session.flush()
        rows = self._database.connection.execute(told).all()
        return sorted(row.user_id for row in rows if row.unread == 1 and not row.muted)

    def _others(self, conversation_ids: Sequence[str], user_id: str) -> dict[str, list[str]]:
        """Up to five of the others in each of these, by when they came."""
        came = (members.c.joined_at, members.c.user_id)
        place = func.row_number().over(partition_by=members.c.conversation_id, order_by=came).label("place")
        of_them = and_(members.c.conversation_id.in_(conversation_ids), members.c.user_id != user_id)
        numbered = select(members.c.conversation_id, members.c.user_id, place).where(of_them).subquery()
        wanted = select(numbered).where(numbered.c.place <= NAMED).order_by(numbered.c.place)
        found: dict[str, list[str]] = {}
        for row in self._database.session.execute(wanted):
            found.setdefault(row.conversation_id, []).append(row.user_id)
        return found


class SqlDirectMessages(Shelf):
    """`core.ports.messaging.DirectMessages`."""

    def add(self, message: DirectMessage) -> None:
        self._add(message)

    def find(self, message_id: str) -> DirectMessage | None:
        return self._database.session.get(DirectMessage, message_id)

    def lock(self, message_id: str) -> DirectMessage | None:
        wanted = _held(select(DirectMessage).where(messages.c.id == message_id))
        return self._database.session.scalars(wanted).one_or_none()

    def page(self, conversation_id: str, *, since: str, after: str, before: str, most: int) -> list[DirectMessage]:
        wanted = select(DirectMessage).where(messages.c.conversation_id == conversation_id, messages.c.id > since)
        found = list(self._database.session.scalars(_paged(wanted, messages.c.id, (after, before), most)))
        return found[::-1] if before else found

    def number_after(self, conversation_id: str, message_id: str, user_id: str) -> int:
        newer = and_(messages.c.conversation_id == conversation_id, messages.c.id > message_id)
        others = or_(messages.c.author_id != user_id, messages.c.author_id.is_(None))
        asked = select(func.count()).select_from(messages).where(newer, others)
        return self._database.session.execute(asked).scalar_one()


class SqlBlocks(Shelf):
    """`core.ports.messaging.Blocks`."""

    def add(self, block: Block) -> None:
        self._execute(self._database.insert(blocks).values(_row(block)).on_conflict_do_nothing())

    def remove(self, user_id: str, blocked_id: str) -> None:
        self._execute(delete(blocks).where(blocks.c.user_id == user_id, blocks.c.blocked_id == blocked_id))

    def of(self, user_id: str) -> list[Block]:
        newest = (blocks.c.created_at.desc(), blocks.c.blocked_id)
        return list(self._database.session.scalars(select(Block).where(blocks.c.user_id == user_id).order_by(*newest)))

    def between(self, user_id: str, others: Sequence[str]) -> set[tuple[str, str]]:
        either = or_(
            and_(blocks.c.user_id == user_id, blocks.c.blocked_id.in_(others)),
            and_(blocks.c.blocked_id == user_id, blocks.c.user_id.in_(others)),
        )
        found = self._database.session.execute(select(blocks.c.user_id, blocks.c.blocked_id).where(either))
        return {(row.user_id, row.blocked_id) for row in found}


def _row(entity: Any) -> dict[str, Any]:
    return {one.name: getattr(entity, one.name) for one in fields(entity)}


def _held(wanted: Select[Any]) -> Select[Any]:
    return wanted.with_for_update().execution_options(populate_existing=True)


def _paged(wanted: Select[Any], order: Column[Any], place: tuple[str, str], most: int) -> Select[Any]:
    """Newest first what is older than the first place; or oldest first what is newer than the second."""
    after, before = place
    if before:
        return wanted.where(order > before).order_by(order).limit(most)
    return (wanted.where(order < after) if after else wanted).order_by(order.desc()).limit(most)
