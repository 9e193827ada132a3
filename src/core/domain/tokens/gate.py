"""Recognises access tokens when programs show them; it makes none."""

from __future__ import annotations

from core.domain.accounts import Bearer, User, speaking_for
from core.domain.kernel.errors import BadToken, NotFound
from core.domain.tokens import mint
from core.ports.clock import Clock
from core.ports.repositories import Users
from core.ports.tokens import Tokens


class TokenGate:
    """`core.domain.accounts.Keeper` of access tokens."""

    def __init__(self, tokens: Tokens, users: Users, clock: Clock) -> None:
        self._tokens, self._users, self._clock = tokens, users, clock

    def recognise(self, text: str) -> Bearer:
        """Return whose token this is, in the open transaction or reading block. Raises `BadToken`.

        One that was cut off or made up is told by its checksum, and nothing is asked for it.
        """
        if not mint.is_whole(text):
            raise BadToken("This is no whole access token: it begins with eb_ and has 39 characters. Copy all of it.")
        token, now = self._tokens.by_fingerprint(mint.fingerprint(text)), self._clock.now()
        if token is None:
            raise BadToken(
                "This access token is not known. It was revoked, or is for another site; make a new one in your "
                "account, under Access tokens."
            )
        if token.is_over(now):
            raise BadToken(
                f"This access token expired on {token.expires_at:%Y-%m-%d}. Make a new one in your account, under "
                "Access tokens."
            )
        user = speaking_for(self._find(token.user_id), token.version)
        return Bearer(user=user, scopes=token.allowed, id=token.id, name=token.name, unnoted=token.is_unnoted(now))

    def touch(self, bearer: Bearer, address: str) -> None:
        """Write down that a token was used, and from where; at most once a minute does it write."""
        token, now = self._tokens.find(bearer.id), self._clock.now()
        if token is not None and token.is_unnoted(now):
            token.used_at, token.used_from = now, address[:64]

    def _find(self, user_id: str) -> User | None:
        try:
            return self._users.get(user_id)
        except NotFound:
            return None
