"""What whoever looks after the site does about messages: hides what was reported rightly, and reads a text only for a
reason that the audit keeps.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from core.domain.audit import Audit
from core.domain.kernel import rules
from core.domain.kernel.errors import Conflict, NotFound
from core.domain.kernel.ids import is_id
from core.domain.kernel.marks import on
from core.domain.messaging.message import DirectMessage
from core.domain.messaging.writing import Shelves
from core.domain.moderation import ReportUpheld, Subject
from core.domain.tasks import Run
from core.ports.clock import Clock
from core.ports.repositories import Users

KIND = "direct message"
REPORTED_AS = "direct-messages"
CONTEXT = 5
"""So many messages before a reported one are kept with the report."""


class Oversight:
    """`core.domain.moderation.Reportable` for messages, and what follows. Its verbs act in the open transaction."""

    def __init__(self, shelves: Shelves, users: Users, audit: Audit, clock: Clock) -> None:
        self._conversations, self._messages = shelves.conversations, shelves.messages
        self._users, self._audit, self._clock = users, audit, clock

    def may_report(self, kind: str, key: str, user_id: str) -> Subject:
        """Return a message that its reader wants to report, with the few before it. Raises `NotFound`, `Conflict`."""
        found = self._messages.find(key) if is_id(key, "dms") else None
        member = self._conversations.member(found.conversation_id, user_id) if found is not None else None
        if found is None or member is None or found.id <= member.since or found.state != "there":
            raise NotFound("There is no such message for you to report. Look at the conversation again.")
        if found.author_id == user_id:
            raise Conflict("This message is yours. You can take it back.")
        place = {"since": member.since, "after": found.id, "before": ""}
        before = self._messages.page(found.conversation_id, most=CONTEXT, **place)
        lines = tuple(self._lines([*reversed(before), found]))
        return Subject(key=found.id, label="A message", context=lines, link=f"/messages/{found.conversation_id}")

    @on(ReportUpheld, "messages.hide", queue="upkeep", priority=3)
    def hide_upheld(self, event: ReportUpheld, run: Run) -> dict[str, bool]:
        """Hide the message that a report is about, if it is about one."""
        found = self._messages.lock(event.about_id) if event.about_kind == REPORTED_AS else None
        is_there = found is not None and found.hidden_at is None
        if found is not None and is_there:
            self._hide(found, f"report {event.report_id}")
        return {"hidden": is_there}

    def hide(self, message_id: str, reason: str) -> None:
        """Hide a message from everybody. Raises `Invalid` for no reason, `NotFound`, `Conflict`."""
        message, why = self._there(message_id), _reason(reason)
        if message.hidden_at is not None:
            raise Conflict("This message is hidden already. Look at its page for who did that.")
        self._hide(message, why)

    def restore(self, message_id: str) -> None:
        """Have a hidden message be there again. Raises `NotFound`, `Conflict`."""
        message = self._there(message_id)
        if message.hidden_at is None:
            raise Conflict("This message is not hidden. Look at its page again.")
        message.hide(None)
        self._note("restored", message)

    def read(self, message_id: str, reason: str) -> str:
        """Return what a message says, and write down who read it and why.

        Raises `Invalid` for no reason, `NotFound`.
        """
        message, why = self._there(message_id), _reason(reason)
        self._note("read the text", message, why)
        return message.body

    def _hide(self, message: DirectMessage, why: str) -> None:
        message.hide(self._clock.now())
        self._note("hidden", message, why)

    def _note(self, act: str, message: DirectMessage, why: str = "") -> None:
        self._audit.note(act, KIND, message.id, label=f"of {message.author_id}", after={"reason": why} if why else None)

    def _there(self, message_id: str) -> DirectMessage:
        found = self._messages.lock(message_id)
        if found is None:
            raise NotFound("There is no such message. Look at the list again.")
        return found

    def _lines(self, messages: list[DirectMessage]) -> Iterator[dict[str, Any]]:
        names = {user.id: user.username for user in self._users.some([one.author_id or "" for one in messages])}
        for one in messages:
            yield {"message_id": one.id, "user_id": one.author_id, "from": names.get(one.author_id or "", ""),
                   "at": one.created_at.isoformat(timespec="seconds"),
                   "text": one.text or f"({one.state})"}  # fmt: skip


def _reason(reason: str) -> str:
    listed = rules.Checklist()
    why = listed.take("reason", rules.one_line, reason, "The reason", 300) or ""
    listed.close()
    return why
