"""The contact form: a message is received at once and delivered later; it knows neither HTTP nor mail servers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.domain.accounts import Accounts
from core.domain.kernel import rules
from core.domain.kernel.errors import Unavailable
from core.domain.kernel.ids import new_id
from core.domain.kernel.marks import Effects, on
from core.domain.kernel.messages import Fact, MessageClass
from core.domain.post import PATIENCE, PostRoom, Recipient
from core.domain.tasks import Outbox, Run, Task
from core.ports.clock import Clock
from core.ports.repositories import ContactMessages
from core.ports.stationery import Channel


@dataclass(eq=False, kw_only=True)
class ContactMessage:
    """What somebody wrote to us. `address` is the network address it came from; `delivered_at` is our mail's time."""

    id: str
    name: str
    email: str
    subject: str
    message: str
    notify_me: bool = False
    address: str = ""
    created_at: datetime
    delivered_at: datetime | None = None

    def check(self) -> None:
        """Clean the fields or raise `Invalid` with a sentence for each that is wrong."""
        listed = rules.Checklist()
        self.name = listed.take("name", rules.one_line, self.name, "Your name", 100) or ""
        self.email = listed.take("email", rules.email, self.email, "Your e-mail address") or ""
        self.subject = listed.take("subject", rules.one_line, self.subject, "The subject", 200) or ""
        self.message = listed.take("message", rules.paragraphs, self.message, "The message", 10_000) or ""
        listed.close()

    def __str__(self) -> str:
        return f"{self.subject} ({self.email})"


@dataclass(frozen=True)
class ContactReceived:
    """A message came in; somebody should read it."""

    message_id: str


@dataclass(frozen=True)
class ContactDelivered:
    """The message is in the super-admin's mailbox."""

    message_id: str


def _facts(message: ContactMessage) -> dict[str, Any]:
    return {
        "id": message.id,
        "name": message.name,
        "email": message.email,
        "subject": message.subject,
        "message": message.message,
        "received_at": message.created_at,
    }


FACTS = {
    "id": Fact("The message's number", "msg_01hzx4y8p6k3m"),
    "name": Fact("Who wrote it", "Ada Lovelace"),
    "email": Fact("The sender's address", "ada@example.com"),
    "subject": Fact("Its subject", "A question about engines"),
    "message": Fact("What was written; it may have many lines", "Hello,\n\ncan it weave flowers and leaves?\n\nAda"),
    "received_at": Fact("When it came in", datetime(2026, 11, 24, 4, 23, tzinfo=UTC)),
}
RECEIVED = MessageClass(
    name="contact_received",
    label="Contact message",
    tells="What somebody wrote through the contact form, to the super-admin. An answer goes to the sender.",
    facts=FACTS,
    channels=(Channel.MAIL,),
    critical=True,
    of=ContactMessage,
    facts_of=_facts,
)
DELIVERED = MessageClass(
    name="contact_delivered",
    label="Contact message delivered",
    tells="That a message reached us, to its sender if they asked to be told.",
    facts=FACTS,
    chosen_by="member",
    of=ContactMessage,
    facts_of=_facts,
)
MESSAGES = (RECEIVED, DELIVERED)


class ContactDesk:
    """Takes messages in."""

    def __init__(self, messages: ContactMessages, outbox: Outbox, clock: Clock) -> None:
        self._messages, self._outbox, self._clock = messages, outbox, clock

    def receive(
        self, *, name: str, email: str, subject: str, message: str, notify_me: bool = False, address: str = ""
    ) -> tuple[ContactMessage, Task]:
        """Keep a message and the task that delivers it, together. Raises `Invalid` naming each bad field."""
        now = self._clock.now()
        received = ContactMessage(
            id=new_id("msg", now),
            name=name,
            email=email,
            subject=subject,
            message=message,
            notify_me=notify_me,
            address=address,
            created_at=now,
        )
        received.check()
        self._messages.add(received)
        return received, self._outbox.publish(ContactReceived(received.id))[0]


class ContactMail:
    """Mails messages to the super-admin, and tells the sender when that is done if they asked."""

    def __init__(self, messages: ContactMessages, accounts: Accounts, outbox: Outbox, post: PostRoom) -> None:
        self._messages, self._accounts, self._outbox, self._post = messages, accounts, outbox, post

    @on(ContactReceived, "contact.deliver", queue="mail", effects=Effects.OUTSIDE, attempts=60)
    def deliver(self, event: ContactReceived, run: Run) -> None:
        """Mail the message to the super-admin; `Reply-To` is the sender."""
        with run.start():
            message, to = self._messages.get(event.message_id), Recipient(mail=self._first_admin())
            envelope = self._post.address(
                RECEIVED.name, to, _facts(message), run, about=message.id, reply_to=message.email
            )
        run.settle(self._post.send(envelope, run), lambda: self._delivered(message.id, run))

    @on(
        ContactDelivered, "contact.tell-sender", queue="mail", effects=Effects.OUTSIDE, attempts=60,
        give_up_after=PATIENCE,
    )  # fmt: skip
    def tell_sender(self, event: ContactDelivered, run: Run) -> None:
        """Tell the sender that the message arrived; whose address is that of an account is told as its owner wishes."""
        with run.start():
            message = self._messages.get(event.message_id)
            account = self._accounts.with_address(message.email)
            is_theirs = account is not None and account.verified_at is not None
            to = Recipient(mail=message.email, user=account.id if account and is_theirs else "")
            envelope = self._post.address(DELIVERED.name, to, _facts(message), run, about=message.id)
        run.settle(self._post.send(envelope, run))

    def _delivered(self, message_id: str, run: Run) -> None:
        message = self._messages.get(message_id)
        was_told, message.delivered_at = message.delivered_at is not None, run.now()
        if message.notify_me and not was_told:
            self._outbox.publish(ContactDelivered(message_id))

    def _first_admin(self) -> str:
        addresses = self._accounts.super_admin_addresses()
        if not addresses:
            raise Unavailable("There is no super-admin to mail to. Make one with: flask users create --admin")
        return addresses[0]
