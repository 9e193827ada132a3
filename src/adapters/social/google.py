"""Google as a provider of OpenID Connect: by its discovery document, with PKCE, state and nonce.

https://developers.google.com/identity/openid-connect/openid-connect, OpenID Connect Core 1.0, RFC 7636.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from adapters.social.line import Kept, Line
from core.domain.kernel.errors import Rejected, Unavailable
from core.ports.clock import Clock
from core.ports.social import Claims, Trip

VENDOR = "google"
ALGORITHMS = ["RS256", "ES256"]
"""With keys of its own: an HMAC by our secret, or none at all, signs nothing here (RFC 8725, 3.1)."""
BY_OLD_HABIT = {"https://accounts.google.com": "accounts.google.com"}
"""Google: "the value is always https://accounts.google.com or accounts.google.com"."""
LEEWAY = 30
"""Seconds that two clocks may be apart."""
PAUSE = 60.0
"""Seconds between two looks for a key that is not among the known ones."""


@dataclass(frozen=True, kw_only=True)
class About:
    """What the discovery document says (OpenID Connect Discovery 1.0, 3)."""

    issuer: str
    authorize: str
    token: str
    keys: str
    ways: tuple[str, ...]

    @property
    def way(self) -> str:
        """How we show the secret: in the body where that is taken; the document's default is the header."""
        return "client_secret_post" if "client_secret_post" in self.ways else "client_secret_basic"


class GoogleSignIn:
    """`core.ports.social.Provider`. `timeout` is for each question in seconds, within what is left to the asker."""

    def __init__(self, client_id: str, secret: str, discovery: str, clock: Clock, timeout: float = 1.5) -> None:
        self._client_id, self._discovery, self._clock = client_id, discovery, clock
        self._line = Line(
            VENDOR, client_id, secret, timeout, scope="openid email profile", code_challenge_method="S256"
        )
        self._about, self._keys = Kept(self._discover), Kept(self._fetch_keys)

    def send(self, trip: Trip) -> str:
        session = self._line.session(redirect_uri=trip.back)
        address, _ = session.create_authorization_url(
            self._about.read().authorize, state=trip.state, nonce=trip.nonce, code_verifier=trip.verifier,
            prompt="select_account",
        )  # fmt: skip
        return str(address)

    def meet(self, code: str, trip: Trip) -> Claims:
        about: About = self._about.read()
        session = self._line.session(redirect_uri=trip.back, token_endpoint_auth_method=about.way)
        told = self._line.redeem(session, about.token, code, code_verifier=trip.verifier)
        token = told.get("id_token")
        if not isinstance(token, str):
            raise Rejected(f"{VENDOR} did not say who this is.")
        return self._read(token, about, trip.nonce, told.get("access_token"))

    def _read(self, token: str, about: About, nonce: str, access_token: Any) -> Claims:
        """Who an ID token speaks of, if all of it holds (OpenID Connect Core, 3.1.3.7)."""
        try:
            signed = self._decode(token)
            issuers = [about.issuer, *filter(None, [BY_OLD_HABIT.get(about.issuer)])]
            options: Any = {
                "iss": {"essential": True, "values": issuers}, "aud": {"essential": True, "value": self._client_id}
            }  # fmt: skip
            params = {"nonce": nonce, "client_id": self._client_id, "access_token": access_token}
            claims = CodeIDToken(signed.claims, signed.header, options, params)
            claims.validate(now=int(self._clock.now().timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError) as doubt:
            raise Rejected(f"{VENDOR}'s word does not hold ({str(doubt)[:80]}).") from None
        return _claims(claims, about.issuer)

    def _decode(self, token: str) -> jwt.Token:
        """Check the signature; a key that is not known yet may have come since."""
        try:
            return jwt.decode(token, self._keys.read(), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            return jwt.decode(token, self._keys.read(PAUSE), algorithms=ALGORITHMS)

    def _discover(self) -> About:
        status, told = self._line.read(self._discovery)
        try:
            return About(
                issuer=_text(told, "issuer"), authorize=_address(told, "authorization_endpoint"),
                token=_address(told, "token_endpoint"), keys=_address(told, "jwks_uri"),
                ways=tuple(told.get("token_endpoint_auth_methods_supported") or ()),
            )  # fmt: skip
        except (LookupError, TypeError, ValueError, AttributeError):
            raise Unavailable(f"{VENDOR}'s discovery document cannot be read ({status}).") from None

    def _fetch_keys(self) -> KeySet:
        status, told = self._line.read(self._about.read().keys)
        try:
            return KeySet.import_key_set(told)
        except (JoseError, LookupError, TypeError, ValueError, AttributeError):
            raise Unavailable(f"{VENDOR}'s keys cannot be read ({status}).") from None


def _claims(told: Mapping[str, Any], issuer: str) -> Claims:
    subject = told["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise Rejected(f"{VENDOR} did not say who this is.")
    email, name = told.get("email"), told.get("name")
    return Claims(
        issuer=issuer, subject=subject, email=email if isinstance(email, str) else "",
        verified=told.get("email_verified") in (True, "true"), name=name if isinstance(name, str) else "",
    )  # fmt: skip


def _text(told: Any, name: str) -> str:
    if not isinstance(told[name], str) or not told[name]:
        raise ValueError(name)
    return str(told[name])


def _address(told: Any, name: str) -> str:
    address = _text(told, name)
    if urlsplit(address).scheme not in ("http", "https"):
        raise ValueError(name)
    return address
