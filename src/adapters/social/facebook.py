"""Facebook by its Graph API: the dialog, the code, whose token it is, and who that is.

https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow
https://developers.facebook.com/docs/graph-api/reference/debug_token, .../guides/secure-requests (appsecret_proof)
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from adapters.social.line import Line
from core.domain.kernel.errors import Failure, Rejected, Unavailable
from core.ports.clock import Clock
from core.ports.social import Claims, Trip

VENDOR = "facebook"
ISSUER = "https://www.facebook.com"
VERSION = "v25.0"
DIALOG, GRAPH = "https://www.facebook.com", "https://graph.facebook.com"
BUSY = (1, 2, 4, 17, 32, 341, 613)
"""Codes of "unknown error", "service" and the limits (https://developers.facebook.com/docs/graph-api/guides/error-handling)."""
OURS = (101, 191)
"""The application, or the address of the dialog, is not known to it."""


class FacebookSignIn:
    """`core.ports.social.Provider`. Facebook does not say whether an address was confirmed, so none counts as that."""

    def __init__(self, app_id: str, secret: str, clock: Clock, base: str = "", timeout: float = 1.5) -> None:
        self._app_id, self._secret, self._clock = app_id, secret, clock
        self._dialog, self._graph = f"{base or DIALOG}/{VERSION}/dialog/oauth", f"{base or GRAPH}/{VERSION}"
        self._line = Line(VENDOR, app_id, secret, timeout, scope="public_profile,email")

    def send(self, trip: Trip) -> str:
        anew = {"auth_type": "reauthenticate"} if trip.anew else {}
        session = self._line.session(redirect_uri=trip.back)
        return str(session.create_authorization_url(self._dialog, state=trip.state, **anew)[0])

    def meet(self, code: str, trip: Trip) -> Claims:
        token = self._redeem(code, trip.back)
        subject = self._subject(token)
        told = self._ask(
            "/me", {"fields": "id,name,email", "access_token": token, "appsecret_proof": self._proof(token)}
        )
        if told.get("id") != subject:
            raise Rejected("Facebook named two different people.")
        email, name = told.get("email"), told.get("name")
        return Claims(
            issuer=ISSUER, subject=subject, email=email if isinstance(email, str) else "",
            name=name if isinstance(name, str) else "",
        )  # fmt: skip

    def _redeem(self, code: str, back: str) -> str:
        sent = {"client_id": self._app_id, "client_secret": self._secret, "redirect_uri": back, "code": code}
        told = self._ask("/oauth/access_token", sent, once=True)
        token = told.get("access_token")
        if not isinstance(token, str) or not token:
            raise Rejected("Facebook gave nothing for this answer.")
        return token

    def _subject(self, token: str) -> str:
        """Whose token it is. One that was made for another app must not sign anybody in here: that app's owner has it
        too."""
        sent = {"input_token": token, "access_token": f"{self._app_id}|{self._secret}"}
        told = self._ask("/debug_token", sent).get("data")
        told = told if isinstance(told, dict) else {}
        expires = told.get("expires_at", 0)
        is_over = not isinstance(expires, int) or 0 < expires <= self._clock.now().timestamp()
        if str(told.get("app_id")) != self._app_id or told.get("is_valid") is not True or is_over:
            raise Rejected("Facebook's token was not made for us, or is over.")
        subject = told.get("user_id")
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise Rejected("Facebook did not say who this is.")
        return subject

    def _ask(self, path: str, sent: dict[str, str], *, once: bool = False) -> dict[str, Any]:
        status, told = self._line.read(self._graph + path, sent, once=once)
        if status != 200:
            raise _refused(status, told)
        if not isinstance(told, dict):
            raise Unavailable("Facebook answered something that cannot be read.")
        return told

    def _proof(self, token: str) -> str:
        return hmac.new(self._secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def _refused(status: int, told: Any) -> Failure:
    """What an error of Graph means; its words can hold what we sent, so they are not passed on."""
    error = told.get("error") if isinstance(told, dict) else None
    error = error if isinstance(error, dict) else {}
    code = error.get("code")
    if code in OURS or "client secret" in str(error.get("message")):
        return Unavailable(f"Facebook refuses our app ({status}, code {code}). Its settings want a look.")
    if code in BUSY:
        return Unavailable(f"Facebook could not answer ({status}, code {code}).")
    return Rejected(f"Facebook does not take this answer ({status}, code {code}).")
