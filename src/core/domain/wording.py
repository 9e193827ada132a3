"""What our messages say, as administrators have it: edited, tried out, and put back; it sends nothing.

The template that came with the code is a file and is never changed. An edited one is kept in the database and wins
until it is put back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.domain.accounts import Roles, User
from core.domain.audit import Audit
from core.domain.kernel import rules
from core.domain.kernel.errors import Conflict, NotFound
from core.domain.kernel.marks import Effects, task
from core.domain.kernel.messages import MessageClass
from core.domain.kernel.notes import Note
from core.domain.kernel.phones import phone
from core.domain.tasks import Outbox, Run, Task
from core.ports.clock import Clock
from core.ports.delivery import Receipt
from core.ports.mail import Letter, Mail
from core.ports.phone import Calls, Sms, SpokenMessage, TextMessage
from core.ports.stationery import FIELDS, Channel, Proofs, Stationery, Wordings, Words

KIND = "message template"
EDITING = "messages.change"
"""The permission to edit."""


@dataclass(eq=False, kw_only=True)
class Wording:
    """A template that somebody edited; `id` is `<class>.<channel>`. `trouble`: why it could not be printed."""

    id: str
    fields: dict[str, str]
    edited_by: str
    edited_at: datetime
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class Template:
    """One class of message on one channel: what came with the code, and what was made of it."""

    of: MessageClass
    channel: Channel
    came: dict[str, str]
    wording: Wording | None = None

    @property
    def id(self) -> str:
        """The name under which an edited one is kept."""
        return f"{self.of.name}.{self.channel}"

    @property
    def fields(self) -> dict[str, str]:
        """What is in force."""
        return {name: (self.wording.fields if self.wording else self.came).get(name, "") for name in self.came}

    @property
    def state(self) -> str:
        """How it stands, in a word."""
        return "as delivered" if self.wording is None else "in trouble" if self.wording.trouble else "edited"

    @property
    def seen(self) -> str:
        """Stands for what is in force, in a form that is open."""
        return hashlib.sha256(json.dumps(self.fields, sort_keys=True).encode()).hexdigest()[:16]


class WordingDesk:
    """Edits what messages say. Every verb acts in the caller's transaction or reading block."""

    def __init__(
        self, classes: Callable[[], Mapping[str, MessageClass]], wordings: Wordings, proofs: Proofs, writes: Writes
    ) -> None:
        self._classes, self._wordings, self._proofs, self._writes = classes, wordings, proofs, writes

    def all(self) -> list[Template]:
        """Every template, by class and in the order of the ladder."""
        kept = {one.id: one for one in self._wordings.all()}
        return [
            self._template(one, channel, kept.get(f"{one.name}.{channel}"))
            for one in self._classes().values()
            for channel in one.channels
        ]

    def show(self, name: str, channel: str) -> Template:
        """One template. Raises `NotFound`."""
        of = self._classes().get(name)
        if of is None or channel not in of.channels:
            raise NotFound("There is no such message. Look at the list of messages again.")
        return self._template(of, Channel(channel), self._wordings.find(f"{name}.{channel}"))

    def preview(self, template: Template, fields: Mapping[str, str], facts: Mapping[str, Any]) -> Letter | Words:
        """Return the message that these fields and facts make. Raises `Invalid` for each field that cannot be."""
        return self._proofs.pull(template.channel, fields, facts)

    def save(self, template: Template, fields: Mapping[str, str], *, seen: str, by: User) -> Template:
        """Have messages say this from now on. `seen` is what the form was opened on.

        Raises `Invalid` for fields that the sample facts cannot be printed with, `Conflict` when somebody else edited
        it meanwhile, `Forbidden` for who may not edit.
        """
        self._permit(template, seen, by)
        given = {name: fields.get(name, "").replace("\r\n", "\n").strip() for name in FIELDS[template.channel]}
        self.preview(template, given, template.of.sample)
        if given == template.fields:
            return template
        if given == template.came:
            return self._put_back(template)
        wording = Wording(id=template.id, fields=given, edited_by=str(by), edited_at=self._writes.now())
        self._wordings.keep(wording)
        self._writes.note("changed", template, template.fields, given)
        return self._template(template.of, template.channel, wording)

    def reset(self, template: Template, *, seen: str, by: User) -> Template:
        """Have messages say what came with the code again. Raises as `save`."""
        self._permit(template, seen, by)
        return self._put_back(template)

    def note(self) -> Note:
        """How edited templates stand, for the daily report."""
        kept = self._wordings.all()
        broken = [one.id for one in kept if one.trouble]
        if broken:
            said = f"{', '.join(broken)} could not be printed with real facts; the delivered text is sent instead."
        else:
            said = f"{len(kept)} edited, and each can be printed." if kept else "None is edited."
        return Note(label="Message templates", sentence=said, address="messages/", is_concern=bool(broken))

    def _put_back(self, template: Template) -> Template:
        if template.wording is not None:
            self._wordings.remove(template.id)
            self._writes.note("put back", template, template.fields, template.came)
        return self._template(template.of, template.channel, None)

    def _permit(self, template: Template, seen: str, by: User) -> None:
        self._writes.permit(by)
        if seen != template.seen:
            raise Conflict("Somebody edited this meanwhile, so nothing was saved. Look at both, then save yours again.")

    def _template(self, of: MessageClass, channel: Channel, wording: Wording | None) -> Template:
        return Template(of=of, channel=channel, came=self._proofs.printed(of.name, channel), wording=wording)


class Writes:
    """Who may edit, when something was edited, and that it was."""

    def __init__(self, audit: Audit, clock: Clock, roles: Roles) -> None:
        self._audit, self._clock, self._roles = audit, clock, roles

    def permit(self, by: User) -> None:
        """Raise `Forbidden` for who may not edit."""
        self._roles.permit(by.role, EDITING)

    def now(self) -> datetime:
        """The present instant, UTC."""
        return self._clock.now()

    def note(self, action: str, template: Template, before: dict[str, str], after: dict[str, str]) -> None:
        """Write it into the trail."""
        label = f"{template.of.label} ({template.channel})"
        self._audit.note(action, KIND, template.id, label=label, before=before, after=after)


@dataclass(frozen=True, kw_only=True)
class Carriers:
    """Who carries a test."""

    mail: Mail
    sms: Sms
    calls: Calls


class Trials:
    """Sends an administrator a message as it is kept, with its sample facts, to look at it where it will be read."""

    def __init__(
        self,
        classes: Callable[[], Mapping[str, MessageClass]],
        stationery: Stationery,
        carriers: Callable[[], Carriers],
        outbox: Outbox,
    ) -> None:
        self._classes, self._stationery, self._carriers, self._outbox = classes, stationery, carriers, outbox

    def ask(self, template: Template, *, to: str, by: User) -> Task:
        """Have a test sent: a mail to one's own address, an SMS or a call to a number. Raises `Invalid`."""
        address = by.email if template.channel == Channel.MAIL else _number(to)
        asked = {"name": template.of.name, "channel": str(template.channel), "to": address, "user": by.id}
        return self._outbox.enqueue("messages.send-test", asked, owner=by.id)

    @task("messages.send-test", queue="mail", effects=Effects.OUTSIDE, attempts=3)
    def send(self, run: Run, name: str, channel: str, to: str, user: str) -> None:
        """Send it; the task's id is its key."""
        with run.start():
            of = self._classes()[name]
        receipt = self._sent(of, Channel(channel), to, user=user, key=run.key)
        run.settle({"carrier": receipt.carrier, "message_id": receipt.message_id})

    def _sent(self, of: MessageClass, channel: Channel, to: str, *, user: str, key: str) -> Receipt:
        carriers = self._carriers()
        if channel == Channel.MAIL:
            return carriers.mail.send(self._stationery.write(of.name, to, of.sample), key)
        words = self._stationery.words(of.name, channel, of.sample)
        if channel == Channel.SMS:
            return carriers.sms.send(TextMessage(to=to, text=words.text, user=user), key)
        return carriers.calls.call(SpokenMessage(to=to, text=words.text, language=words.language, user=user), key)


def _number(typed: str) -> str:
    listed = rules.Checklist()
    number = listed.take("to", phone, typed, "Your number")
    listed.close()
    return number or ""
