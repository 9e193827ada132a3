"""What leavers and those who asked for their data are told by mail."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.accounts.letters import NAME, note_of
from core.domain.kernel.errors import NotFound
from core.domain.kernel.marks import Effects, on
from core.domain.kernel.messages import MessageClass
from core.domain.post import PostRoom, Recipient
from core.domain.tasks import Run
from core.ports.repositories import Users
from core.ports.stationery import Channel

LEAVING = note_of("account_leaving", "The account will be erased", "That an account will be erased, to its owner.")
KEPT = note_of("account_kept", "The account is kept", "That an account will not be erased after all, to its owner.")
READY = MessageClass(
    name="data_ready",
    label="A copy of one's data is ready",
    tells="That the copy somebody asked for can be taken, to them.",
    facts={"name": NAME},
    channels=(Channel.MAIL,),
    critical=True,
)
MESSAGES = (LEAVING, KEPT, READY)


@dataclass(frozen=True, kw_only=True)
class CopyReady:
    """A copy of somebody's data is written."""

    user_id: str


class CopyLetters:
    """Tells people that their copy is ready."""

    def __init__(self, users: Users, post: PostRoom) -> None:
        self._users, self._post = users, post

    @on(CopyReady, "personal.tell-ready", queue="mail", effects=Effects.OUTSIDE, attempts=60)
    def tell_ready(self, event: CopyReady, run: Run) -> None:
        """Mail the owner, unless they left meanwhile; the file is not in the letter."""
        letter = None
        with run.start():
            try:
                user = self._users.get(event.user_id)
                to = Recipient(mail=user.email, user=user.id)
                letter = self._post.address(READY.name, to, {"name": user.name}, run, about=user.id)
            except NotFound:
                pass
        run.settle(self._post.send(letter, run) if letter else None)
