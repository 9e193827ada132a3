"""Where access tokens are kept. Every method acts in the open transaction or reading block."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.domain.tokens import AccessToken


class Tokens(Protocol):
    """Access tokens, by id, by owner, and by the fingerprint of their text."""

    def add(self, token: AccessToken) -> None:
        """Keep a new token."""
        ...

    def find(self, token_id: str) -> AccessToken | None:
        """Return a token, or None."""
        ...

    def by_fingerprint(self, fingerprint: str) -> AccessToken | None:
        """Return the token whose text has this fingerprint, or None."""
        ...

    def of(self, user_id: str) -> list[AccessToken]:
        """The tokens of a user, newest first."""
        ...

    def remove(self, token_id: str) -> None:
        """Forget a token, or do nothing when it is not there."""
        ...

    def remove_ended(self, instant: datetime) -> int:
        """Forget tokens that expired before an instant, and those of an earlier version of their owner that were last
        used, or else made, before it; return how many."""
        ...
