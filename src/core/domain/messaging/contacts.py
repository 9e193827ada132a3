"""Who may be written to: people by their names, and who has blocked whom; it knows no conversation."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from core.domain.accounts import User
from core.domain.accounts.people import USERNAME
from core.domain.kernel.errors import Invalid
from core.ports.messaging import Blocks
from core.ports.repositories import Users


class Contacts:
    """Finds people for whoever writes to them. `most` is how many may be in one conversation, the writer included."""

    def __init__(self, users: Users, blocks: Blocks, most: int) -> None:
        self._users, self._blocks, self.most = users, blocks, most

    def named(self, by: User, usernames: Sequence[str], *, besides: int = 1) -> list[User]:
        """Return these people without `by`, once each, where `besides` are in the conversation already.

        Raises `Invalid` naming `people`: nobody, too many, a name that nobody has, somebody who is not to be written to
        by `by` (which of them blocked the other is not told).
        """
        wanted = list(dict.fromkeys(name.strip().removeprefix("@").lower() for name in usernames if name.strip()))
        if len(wanted) > self.most:
            raise self._too_many()
        asked = [name for name in wanted if USERNAME.match(name)]
        here = {user.username.lower(): user for user in self._users.with_usernames(asked) if user.is_shown}
        unknown = [name for name in wanted if name not in here]
        if unknown:
            raise Invalid({"people": f"Nobody has the name {unknown[0][:39]!r}. Look at how it is spelt."})
        found = [here[name] for name in wanted if here[name].id != by.id]
        if not found:
            raise Invalid({"people": "Say whom you write to: one or more usernames, other than yours."})
        if len(found) + besides > self.most:
            raise self._too_many()
        self._check(by, found)
        return found

    def are_apart(self, one: str, other: str) -> bool:
        """Whether one of two has blocked the other."""
        return bool(self._blocks.between(one, [other]))

    def has_blocked(self, one: str, other: str) -> bool:
        """Whether the first has blocked the second."""
        return (one, other) in self._blocks.between(one, [other])

    def is_there(self, user_id: str) -> bool:
        """Whether somebody can be written to at all."""
        return any(user.is_shown for user in self._users.some([user_id]))

    def people(self, user_ids: Collection[str]) -> dict[str, User]:
        """Return people by id; who is gone is left out."""
        return {user.id: user for user in self._users.some(sorted(set(user_ids)))}

    def _check(self, by: User, found: Sequence[User]) -> None:
        apart = {one for pair in self._blocks.between(by.id, [user.id for user in found]) for one in pair}
        for user in found:
            if user.id in apart:
                raise Invalid({"people": f"You cannot write to {user.username}. Choose somebody else."})

    def _too_many(self) -> Invalid:
        return Invalid({"people": f"At most {self.most} people fit into a conversation, you among them. Name fewer."})
