"""One message: plain text, which its author may change and take back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.domain.kernel import rules
from core.domain.kernel.errors import Conflict

MOST_CHARACTERS = 4000


@dataclass(eq=False, kw_only=True)
class DirectMessage:
    """One message. Taken back (`deleted_at`) its text is gone, and a mark stays for the others; `hidden_at` is when who
    looks after the site hid it, and can be undone. `author_id` is None once they have left. `version` rises with each
    change.
    """

    id: str
    conversation_id: str
    author_id: str | None
    body: str
    version: int = 1
    created_at: datetime
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    hidden_at: datetime | None = None

    def check(self) -> None:
        """Clean the text or raise `Invalid` with a sentence about it."""
        listed = rules.Checklist()
        self.body = listed.take("text", rules.paragraphs, self.body, "The text", MOST_CHARACTERS) or ""
        listed.close()

    @property
    def text(self) -> str:
        """What people read of it: nothing of what was taken back or hidden, or whose author has left."""
        return self.body if self.state == "there" else ""

    @property
    def state(self) -> str:
        """Whether it is there, deleted, hidden, or its author has left."""
        if self.deleted_at is not None:
            return "deleted"
        if self.hidden_at is not None:
            return "hidden"
        return "there" if self.author_id is not None else "left"

    def edit(self, body: str, now: datetime) -> None:
        """Say something else. Raises `Invalid`, and `Conflict` where it is not there any more."""
        self._must_be_there()
        draft = DirectMessage(
            id=self.id, conversation_id=self.conversation_id, author_id=self.author_id, body=body, created_at=now
        )
        draft.check()
        self.body, self.edited_at, self.version = draft.body, now, self.version + 1

    def delete(self, now: datetime) -> None:
        """Be taken back: the text is gone for everybody. Raises `Conflict` where it is not there any more."""
        self._must_be_there()
        self.body, self.deleted_at, self.version = "", now, self.version + 1

    def hide(self, now: datetime | None) -> None:
        """Be hidden from everybody, or with None be there again."""
        self.hidden_at, self.version = now, self.version + 1

    def _must_be_there(self) -> None:
        if self.state != "there":
            raise Conflict(f"This message is {self.state} already, so there is nothing to change. Write another one.")
