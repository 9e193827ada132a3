"""Tells people by mail that a token was made or revoked in their name: whoever did not do it must hear of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from core.domain.kernel.errors import NotFound
from core.domain.kernel.marks import Effects, on
from core.domain.kernel.messages import Fact, MessageClass
from core.domain.post import PostRoom, Recipient
from core.domain.tasks import Run
from core.domain.tokens.desk import TokenMade, TokenRevoked
from core.ports.repositories import Users
from core.ports.stationery import Channel

NAME = Fact("What the token is called", "CI")
BY = Fact("Who did it", "Ada Lovelace <ada@example.com>")
ADDRESS = Fact("The network address it was done from", "198.51.100.7")
MADE = MessageClass(
    name="token_made",
    label="Access token made",
    tells="That an access token was made, to its owner.",
    facts={
        "name": NAME,
        "scopes": Fact("What the token may do", "me.read tasks.read"),
        "expires_at": Fact("When it ends; empty for never", datetime(2027, 2, 24, 12, 0, tzinfo=UTC)),
        "by": BY,
        "address": ADDRESS,
    },
    channels=(Channel.MAIL,),
    critical=True,
)
REVOKED = MessageClass(
    name="token_revoked",
    label="Access token revoked",
    tells="That an access token was ended before its time, to its owner.",
    facts={"name": NAME, "by": BY, "address": ADDRESS},
    channels=(Channel.MAIL,),
    critical=True,
)
MESSAGES = (MADE, REVOKED)


class TokenLetters:
    """Mails the owners of tokens."""

    def __init__(self, users: Users, post: PostRoom) -> None:
        self._users, self._post = users, post

    @on(TokenMade, "tokens.tell-made", queue="mail", effects=Effects.OUTSIDE, attempts=60)
    def tell_made(self, event: TokenMade, run: Run) -> None:
        """Say that there is a new token, and what it may do."""
        ends = datetime.fromisoformat(event.expires_at) if event.expires_at else ""
        facts = {"name": event.name, "scopes": event.scopes, "expires_at": ends}
        self._tell(MADE, event, facts, run)

    @on(TokenRevoked, "tokens.tell-revoked", queue="mail", effects=Effects.OUTSIDE, attempts=60)
    def tell_revoked(self, event: TokenRevoked, run: Run) -> None:
        """Say that a token was ended."""
        self._tell(REVOKED, event, {"name": event.name}, run)

    def _tell(self, kind: MessageClass, event: TokenMade | TokenRevoked, facts: dict[str, Any], run: Run) -> None:
        """Mail the owner, unless they left meanwhile."""
        with run.start():
            try:
                to = Recipient(mail=self._users.get(event.user_id).email, user=event.user_id)
            except NotFound:
                to = None
            facts = {**facts, "by": event.by, "address": event.address}
            letter = to and self._post.address(kind.name, to, facts, run, about=event.user_id)
        run.settle(self._post.send(letter, run) if letter else None)
