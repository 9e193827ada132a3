"""Signed passes (JWT): they say who somebody is and are stored nowhere, so that recognising one costs no table of
tokens; what ends every session of an account ends its passes too."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from core.domain.accounts.bearers import Bearer, speaking_for
from core.domain.accounts.people import User
from core.domain.kernel.errors import BadToken, ExpiredToken, FormlessToken
from core.domain.kernel.ids import new_id
from core.ports.clock import Clock
from core.ports.repositories import Users
from core.ports.secrets import Signer

DOTS = 2
"""In a JSON web token (RFC 7519)."""


class Passes:
    """Gives passes and recognises them. A pass names the user by id (names and addresses change) and the version of the
    account: with the next version it is worth nothing, unless it is the one that brought that version about (`keep`).
    """

    def __init__(self, signer: Signer, users: Users, clock: Clock, lifetime: timedelta) -> None:
        self._signer, self._users, self._clock, self._lifetime = signer, users, clock, lifetime

    def give(self, user: User) -> str:
        """Return a new pass of somebody who has shown who they are (RFC 7519: sub, jti, iat, exp; `ver` is ours)."""
        now = self._clock.now()
        return self._signer.sign(
            {
                "sub": user.id,
                "jti": new_id("pas", now),  # no two are alike, so that one of them can live on (`keep`)
                "ver": user.version,
                "iat": int(now.timestamp()),
                "exp": int((now + self._lifetime).timestamp()),
            }
        )

    def keep(self, user: User, text: str) -> None:
        """Let a pass live on that has just changed the password, as the browser's own session does: this one alone,
        until the next version."""
        user.kept_pass = _mark(user, text)

    def recognise(self, text: str) -> Bearer:
        """Return whose pass this is, in the open transaction or reading block. Raises `BadToken`."""
        claims = self._signer.read(text)
        if claims is None:
            said = "This is no token of ours. Copy the whole token, and send it as: Bearer <token>."
            raise BadToken(said) if text.count(".") == DOTS else FormlessToken(said)
        user_id, version, expires = (claims.get(name) for name in ("sub", "ver", "exp"))
        if not isinstance(user_id, str) or type(version) is not int or type(expires) is not int:
            raise BadToken("This token does not say whose it is and until when. Sign in again to get a new one.")
        if self._clock.now().timestamp() >= expires:
            raise ExpiredToken
        user = self._users.glance(user_id)
        lives_on = user is not None and user.version != version and user.kept_pass == _mark(user, text)
        return Bearer(user=speaking_for(user, user.version if user is not None and lives_on else version))

    def touch(self, bearer: Bearer, address: str) -> None:
        """Nothing is kept of a pass, so there is nothing to write down."""


def _mark(user: User, text: str) -> str:
    """What is kept of a pass: enough to recognise it at this version of the account, not to make it."""
    return f"{user.version} {hashlib.sha256(text.encode()).hexdigest()}"
