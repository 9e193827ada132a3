"""Whom somebody does not want to hear from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.accounts import User
from core.domain.kernel.errors import Conflict, NotFound
from core.ports.clock import Clock
from core.ports.messaging import Blocks
from core.ports.repositories import Users

MOST = 1000


@dataclass(eq=False, kw_only=True)
class Block:
    """Somebody does not want to hear from somebody."""

    user_id: str
    blocked_id: str
    created_at: datetime


class BlockDesk:
    """What people do about those they do not want to hear from; the blocked are told nothing."""

    def __init__(self, blocks: Blocks, users: Users, clock: Clock) -> None:
        self._blocks, self._users, self._clock = blocks, users, clock

    def block(self, user: User, username: str) -> User:
        """Hear no more from somebody: neither writes in a conversation of the two, or brings the other into one.

        Doing it twice changes nothing. Raises `NotFound`, and `Conflict` for oneself and for too many.
        """
        other = self._named(username)
        if other.id == user.id:
            raise Conflict("This is you. Nobody can block themselves.")
        if len(self._blocks.of(user.id)) >= MOST:
            raise Conflict(f"You have blocked {MOST:,} people, and no more can be. Unblock somebody first.")
        self._blocks.add(Block(user_id=user.id, blocked_id=other.id, created_at=self._clock.now()))
        return other

    def unblock(self, user: User, username: str) -> User:
        """Hear from somebody again; who was not blocked stays so. Raises `NotFound` for a name that nobody has."""
        other = self._users.by_username(username) if username.isprintable() else None
        if other is None:
            raise NotFound("Nobody has this name. Look at the list again.")
        self._blocks.remove(user.id, other.id)
        return other

    def of(self, user: User) -> Sequence[tuple[Block, User]]:
        """Whom somebody has blocked, the latest first."""
        blocks = self._blocks.of(user.id)
        people = {one.id: one for one in self._users.some([block.blocked_id for block in blocks])}
        return [(block, people[block.blocked_id]) for block in blocks if block.blocked_id in people]

    def _named(self, username: str) -> User:
        found = self._users.by_username(username) if username.isprintable() else None
        if found is None or not found.is_shown:
            raise NotFound("Nobody has this name. Look at how it is spelt.")
        return found
