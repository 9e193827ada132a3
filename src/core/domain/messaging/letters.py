"""Tells people that something waits for them to be read; never what it says, for that stays in the conversation."""

from __future__ import annotations

from core.domain.kernel.errors import Rejected
from core.domain.kernel.marks import Effects, on
from core.domain.kernel.messages import Fact, MessageClass
from core.domain.messaging.writing import MessageWaits, Shelves
from core.domain.post import PATIENCE, Envelope, PostRoom, Recipient
from core.domain.tasks import Run
from core.ports.repositories import Users
from core.ports.stationery import Channel

MESSAGE_WAITS = MessageClass(
    name="message_waits",
    label="Somebody wrote to you",
    tells="That a message waits to be read, to who is in the conversation and had read everything before.",
    facts={
        "name": Fact("Who wrote", "Ada Lovelace"),
        "conversation": Fact("The conversation, as in its address", "cnv_01kawkq5r0f9a4x2t7c8e3m6zp"),
    },
    channels=(Channel.PUSH, Channel.MAIL),
    chosen_by="member",
)
MESSAGES = (MESSAGE_WAITS,)


class MessageLetters:
    """Rings, pushes and mails, as people wish."""

    def __init__(self, shelves: Shelves, users: Users, post: PostRoom) -> None:
        self._conversations, self._messages = shelves.conversations, shelves.messages
        self._users, self._post = users, post

    @on(MessageWaits, "messages.tell", queue="mail", effects=Effects.OUTSIDE, attempts=60, give_up_after=PATIENCE)
    def tell(self, event: MessageWaits, run: Run) -> None:
        """Tell somebody of the first message that they have not read; who has read it meanwhile is told nothing."""
        with run.start():
            envelope = self._envelope(event, run)
        try:
            sent = self._post.send(envelope, run) if envelope is not None else None
        except Rejected as refused:
            sent = {"refused": refused.sentence}
        run.settle(sent)

    def _envelope(self, event: MessageWaits, run: Run) -> Envelope | None:
        member = self._conversations.member(event.conversation_id, event.user_id)
        message = self._messages.find(event.message_id)
        if member is None or message is None or message.state != "there" or member.read_id >= message.id:
            return None
        names = {user.id: user.name for user in self._users.some([event.user_id, message.author_id or ""])}
        if event.user_id not in names:
            return None
        facts = {"name": names.get(message.author_id or "", ""), "conversation": event.conversation_id}
        to = Recipient(user=event.user_id)
        return self._post.address(MESSAGE_WAITS.name, to, facts, run, about=event.conversation_id)
