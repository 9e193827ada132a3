"""Who shows a token instead of a cookie, and what that token allows; it knows no kind of token and no header."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from core.domain.accounts.people import User
from core.domain.kernel.errors import BadToken


@dataclass(frozen=True, kw_only=True)
class Bearer:
    """A token that is good, and its owner. `scopes` is what it allows; None leaves that to whoever recognised it.

    `id` and `name` are the token's own, where it has them; `unnoted`: its use is worth writing down now.
    """

    user: User
    scopes: tuple[str, ...] | None = None
    id: str = ""
    name: str = ""
    unnoted: bool = False

    def __str__(self) -> str:
        return f"{self.user.name} through token '{self.name}'" if self.name else f"{self.user.name} through a pass"


class Keeper(Protocol):
    """Knows tokens of one kind."""

    def recognise(self, text: str) -> Bearer:
        """Return who shows this token, in the open transaction or reading block. Raises `BadToken`."""
        ...

    def touch(self, bearer: Bearer, address: str) -> None:
        """Write down that a token was used, and from where, in the open transaction."""
        ...


def speaking_for(user: User | None, version: int) -> User:
    """Return the owner of a token that was made at this version of the account. Raises `BadToken` where it ended."""
    if user is None or not user.active:
        raise BadToken("The account of this token is closed or suspended, so the token does nothing.")
    if user.version != version:
        raise BadToken(
            "This token ended when its owner changed the password or signed out everywhere. Make a new one in your "
            "account, under Access tokens."
        )
    if user.must_change_password:
        raise BadToken("The owner of this token must choose a new password first. Sign in on the site, then try again.")
    return user
