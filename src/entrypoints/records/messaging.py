"""Conversations and messages as records: who, when and how many; a text is read by an act that says why, and is nowhere
else in the panel.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from core.domain.kernel.roles import ADMINS
from core.domain.messaging import Conversation, DirectMessage
from core.domain.records import Action, Field, Kind, Record, Related
from core.ports.records import Row
from entrypoints.container import App

REASON = Field(
    name="reason", kind=Kind.LINE, label="Reason", hint="The audit keeps it, with your name and which message it was."
)


def declare(app: App) -> tuple[Record, ...]:
    """Return what this module adds to the menu."""
    return _conversations(app), _messages(app)


def related(app: App, kind: str, key: str) -> Iterator[Related]:
    """The way from a user to what they wrote."""
    if kind == "user":
        address = "/admin/direct-messages/?" + urlencode({"author_id.is": key})
        yield Related(label="Direct messages", name="those that this user wrote", address=address)


def _conversations(app: App) -> Record:
    return Record(
        Conversation, "conversation", ("last_at", "of_two", "size", "messages", "created_at"), order="-last_at",
        filters=("of_two", "size", "messages", "last_at", "created_at"), hidden=("pair", "last_id"), roles=ADMINS,
        labels={"last_at": "Last written in", "of_two": "Of two", "size": "People", "created_at": "Begun"},
        related=lambda row: _of_conversation(app, row),
        about="Who writes with whom, when and how much; what they write is not here.",
        empty="Nobody has written to anybody yet.",
    )  # fmt: skip


def _of_conversation(app: App, row: Row) -> Iterator[Related]:
    """Who is in it, and the list of its messages."""
    members = app.conversations.members(row["id"])
    names = {user.id: str(user) for user in app.users.some([one.user_id for one in members])}
    for one in members:
        yield Related(label="In it", name=names.get(one.user_id, one.user_id), kind="user", key=one.user_id)
    address = "/admin/direct-messages/?" + urlencode({"conversation_id.is": row["id"]})
    yield Related(label="Direct messages", name="those of this conversation", address=address)


def _messages(app: App) -> Record:
    care = app.oversight
    return Record(
        DirectMessage, "direct message",
        ("created_at", "author_id", "conversation_id", "edited_at", "deleted_at", "hidden_at"),
        filters=("author_id", "conversation_id", "created_at", "edited_at", "deleted_at", "hidden_at"),
        hidden=("body", "version"), refers={"author_id": "user", "conversation_id": "conversation"}, roles=ADMINS,
        labels={"created_at": "Written", "author_id": "Author", "conversation_id": "Conversation",
                "deleted_at": "Taken back", "hidden_at": "Hidden"},
        actions={
            "read the text": Action(
                label="Read the text", asks=(REASON,), run=lambda key, by, reason: care.read(key, reason) or GONE,
                alone=True, noted=False, danger=True, fresh=True,
                sure="It was written for other eyes. It is shown once, and the audit says that you read it, and why.",
            ),
            "hidden": Action(
                label="Hide", asks=(REASON,), run=lambda key, by, reason: care.hide(key, reason), noted=False,
                danger=True, sure="Nobody reads it any more, until it is restored.",
                fits=lambda row: row["hidden_at"] is None and row["deleted_at"] is None,
            ),
            "restored": Action(
                label="Restore", run=lambda key, by: care.restore(key), noted=False,
                fits=lambda row: row["hidden_at"] is not None,
            ),
        },
        about="Who wrote when; what they wrote is read one by one, for a reason.",
        empty="Nobody has written to anybody yet.",
    )  # fmt: skip


GONE = "Its author has taken it back, so there is nothing to read."
