"""Signed JSON (JWT) through joserfc, which is imported when the first one comes; it knows no user."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any

ALGORITHM = "HS256"
LONGEST = 2048
"""Characters; ours have some 250. What is longer is not looked into."""
KNOWN = 1024
"""Texts of which a process remembers what they say; 2 MB at most."""


class HmacJwt:
    """`core.ports.secrets.Signer` by HMAC with SHA-256 and a key of its own, derived from ours.

    The algorithm is ours and not what a header says, so there is no `none` and no key of another kind to confuse
    (RFC 8725 3.1). What a text says, and that we signed it, is the same each time it comes, so it is found out once.
    """

    def __init__(self, secret_key: str, issuer: str) -> None:
        self._secret, self._issuer = hmac.digest(secret_key.encode(), b"jwt", "sha256"), issuer
        self._known = lru_cache(maxsize=KNOWN)(self._found)

    def sign(self, claims: Mapping[str, Any]) -> str:
        from joserfc import jwt

        return jwt.encode({"alg": ALGORITHM}, {"iss": self._issuer, **claims}, self._key, algorithms=[ALGORITHM])

    def read(self, text: str) -> Mapping[str, Any] | None:
        return None if len(text) > LONGEST or not text.isascii() else self._known(text)

    def _found(self, text: str) -> Mapping[str, Any] | None:
        from joserfc import jwt
        from joserfc.errors import JoseError

        try:
            claims = jwt.decode(text, self._key, algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError, TypeError, RecursionError):
            return None
        return MappingProxyType(claims) if claims.get("iss") == self._issuer else None

    @cached_property
    def _key(self) -> Any:
        from joserfc.jwk import OctKey

        return OctKey.import_key(self._secret)
