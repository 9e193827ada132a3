"""What people wish: by which ways they are told of what, and when they want quiet; it knows no account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.domain.kernel.messages import LADDER, MessageClass
from core.domain.post.recipient import Recipient
from core.ports.stationery import Channel


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How somebody is told of one thing: by which channels of those there are, and whether their bell rings besides.

    `quiet_until`: nothing may make a sound before then. `leave` is an address at which they say "no more of this".
    """

    to: Recipient
    channels: tuple[Channel, ...] = LADDER
    quiet_until: datetime | None = None
    rings: bool = False
    leave: str = ""
    is_kept: bool = False
    """Whether somebody was asked: then no way at all is what they wish, and nothing is amiss."""


@dataclass(frozen=True, kw_only=True)
class Ring:
    """What somebody's bell shows of a message; `key` is the message's, so that it rings once for each."""

    user: str
    kind: str
    key: str
    title: str
    text: str
    link: str
    at: datetime


class Wishes(Protocol):
    """Asked for every message, in the transaction in which it is addressed."""

    def of(self, kind: MessageClass, to: Recipient, now: datetime) -> Wish:
        """How this recipient wants to be told of this, with the ways to them where the sender named none."""
        ...

    def ringing(self, kind: MessageClass, users: Sequence[str]) -> list[str]:
        """Those of these users whose bell rings for this, asked at once."""
        ...

    def ring(self, rings: Sequence[Ring]) -> None:
        """Ring bells, in one statement; a message that rang for somebody before rings no more."""
        ...


class AsGiven:
    """`Wishes` where nobody keeps any: messages go where their senders say, and no bell is there to ring."""

    def of(self, kind: MessageClass, to: Recipient, now: datetime) -> Wish:
        """Return what the sender said."""
        return Wish(to=to)

    def ringing(self, kind: MessageClass, users: Sequence[str]) -> list[str]:
        """Return nobody."""
        return []

    def ring(self, rings: Sequence[Ring]) -> None:
        """Do nothing."""
