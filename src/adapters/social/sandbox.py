"""A provider on this machine that takes everybody's word: they say on a page of ours who they are. Development only."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode

from itsdangerous import BadData, URLSafeTimedSerializer

from core.domain.kernel.errors import Rejected
from core.ports.social import Claims, Trip

ISSUER = "sandbox"
LASTS = 600
"""Seconds that a code lasts."""


class SandboxProvider:
    """`core.ports.social.Provider`. A code is what they said, signed; `obey` makes it fail as it was told."""

    def __init__(self, page: str, secret_key: str, obey: Callable[[str], None] = lambda vendor: None) -> None:
        self._page, self._obey = page, obey
        self._codes = URLSafeTimedSerializer(secret_key, salt="pretended sign-in")

    def send(self, trip: Trip) -> str:
        self._obey("social:sandbox")
        asked = {"state": trip.state, "nonce": trip.nonce, "challenge": _challenge(trip.verifier)}
        return f"{self._page}?{urlencode(asked)}"

    def pretend(self, claims: Claims, nonce: str, challenge: str) -> str:
        """Return the code by which who asked with this nonce and challenge learns who somebody says they are."""
        who = {"sub": claims.subject, "email": claims.email, "verified": claims.verified, "name": claims.name}
        return str(self._codes.dumps({**who, "nonce": nonce, "challenge": challenge}))

    def meet(self, code: str, trip: Trip) -> Claims:
        self._obey("social:sandbox")
        told = self._open(code)
        if not compare_digest(str(told["nonce"]).encode(), trip.nonce.encode()):
            raise Rejected("This answer of the sandbox was meant for another question.")
        if not compare_digest(str(told["challenge"]).encode(), _challenge(trip.verifier).encode()):
            raise Rejected("This answer of the sandbox was meant for another browser.")
        return Claims(
            issuer=ISSUER, subject=told["sub"], email=told["email"], verified=told["verified"], name=told["name"]
        )

    def _open(self, code: str) -> dict[str, Any]:
        try:
            told: dict[str, Any] = self._codes.loads(code, max_age=LASTS)
        except BadData:
            raise Rejected("The sandbox does not know this code, or it is older than ten minutes.") from None
        return told


def _challenge(verifier: str) -> str:
    """The verifier as it goes with the question (RFC 7636, 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
