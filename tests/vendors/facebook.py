"""Facebook's dialog and Graph on loopback, written from its documents: it refuses what Facebook refuses.

https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow
https://developers.facebook.com/docs/facebook-login/guides/access-tokens/debugging-and-error-handling
https://developers.facebook.com/docs/graph-api/reference/debug_token, .../guides/secure-requests
"""

from __future__ import annotations

import hashlib
import hmac
import html
import re
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests
from tests.vendors.loopback import Answer, Asked, Loopback

VERSIONED = re.compile(r"^/v\d+\.\d+")
CODE = "This authorization code has been used."


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody with an account there; not everybody has an address."""

    id: str
    name: str
    email: str = ""


ADA = Person(id="10158000000000001", name="Ada Lovelace", email="ada@example.com")
MARY = Person(id="10158000000000002", name="Mary Somerville")


class Facebook(Loopback):
    """`debugged` is what debug_token says instead of the truth; `named` whom /me names instead of the token's owner."""

    app_id, secret, back = "4815162342", "0123456789abcdef0123456789abcdef", "http://127.0.0.1:8000/login/from/facebook"

    def __init__(self, *people: Person) -> None:
        self.people = {one.id: one for one in people or (ADA, MARY)}
        self.debugged: dict[str, Any] = {}
        self.named = ""
        self._codes: dict[str, tuple[str, str]] = {}
        self._tokens: dict[str, str] = {}
        super().__init__()

    def agree(self, address: str, person: Person) -> dict[str, str]:
        """Sign in there as somebody, as a browser would, and return what it brings back."""
        return self._visit(address, person.id)

    def deny(self, address: str) -> dict[str, str]:
        """Do not agree there."""
        return self._visit(address, "nobody")

    def answer(self, asked: Asked) -> Answer:
        """Show the dialog, or answer as Graph does."""
        path = VERSIONED.sub("", asked.path)
        views = {
            "/dialog/oauth": self._dialog, "/oauth/access_token": self._exchange, "/debug_token": self._debug,
            "/me": self._me,
        }  # fmt: skip
        if path not in views:
            return refused(2500, f"Unknown path components: {path}", status=404)
        return views[path](asked)

    def _visit(self, address: str, who: str) -> dict[str, str]:
        shown = requests.get(address, timeout=5)
        assert shown.status_code == 200, shown.text
        led = requests.post(address, data={"who": who}, allow_redirects=False, timeout=5).headers["Location"]
        return dict(parse_qsl(urlsplit(led).query))

    def _dialog(self, asked: Asked) -> Answer:
        query = asked.query
        if query.get("client_id") != self.app_id:
            return page(400, "Invalid app ID: The provided app ID does not look like a valid app ID.")
        if query.get("redirect_uri") != self.back:
            return page(400, "URL Blocked: This redirect failed because the redirect URI is not whitelisted.")
        if asked.method == "GET":
            buttons = [
                f'<button name="who" value="{one.id}">{html.escape(one.name)}</button>' for one in self.people.values()
            ]
            return page(
                200, f'<form method="post">{"".join(buttons)}<button name="who" value="nobody">Cancel</button></form>'
            )
        return self._lead_back(query, asked.form.get("who", ""))

    def _lead_back(self, query: dict[str, str], who: str) -> Answer:
        state = {"state": query["state"]} if "state" in query else {}
        if who not in self.people:
            said = {"error": "access_denied", "error_code": "200", "error_description": "Permissions error",
                    "error_reason": "user_denied", **state}  # fmt: skip
            return Answer(status=302, told=b"", headers={"Location": f"{self.back}?{urlencode(said)}#_=_"})
        code = "AQ" + secrets.token_urlsafe(60)
        self._codes[code] = who, query["redirect_uri"]
        return Answer(
            status=302, told=b"", headers={"Location": f"{self.back}?{urlencode({'code': code, **state})}#_=_"}
        )

    def _exchange(self, asked: Asked) -> Answer:
        query = {**asked.query, **asked.form}
        if query.get("client_id") != self.app_id:
            return refused(101, "Error validating application. Cannot get application info due to a system error.")
        if query.get("client_secret") != self.secret:
            return refused(1, "Error validating client secret.")
        who, back = self._codes.pop(query.get("code", ""), ("", ""))
        if not who:
            return refused(100, CODE, subcode=36009)
        if back != query.get("redirect_uri"):
            return refused(100, "Error validating verification code. Please make sure your redirect_uri is identical "
                                "to the one you used in the OAuth dialog request")  # fmt: skip
        token = "EAAB" + secrets.token_hex(40)
        self._tokens[token] = who
        return Answer(told={"access_token": token, "token_type": "bearer", "expires_in": 5183999})

    def _debug(self, asked: Asked) -> Answer:
        if asked.query.get("access_token") != f"{self.app_id}|{self.secret}":
            return refused(100, "You must provide an app access token, or a user access token that is an owner or "
                                "developer of the app")  # fmt: skip
        who = self._tokens.get(asked.query.get("input_token", ""))
        if who is None:
            error = {"code": 190, "message": "Invalid OAuth access token."}
            return Answer(told={"data": {"error": error, "is_valid": False, "scopes": []}})
        truth = {
            "app_id": self.app_id, "type": "USER", "application": "Loopback", "expires_at": int(time.time()) + 5183999,
            "data_access_expires_at": int(time.time()) + 7775999, "is_valid": True, "issued_at": int(time.time()),
            "scopes": ["email", "public_profile"], "user_id": who,
        }  # fmt: skip
        return Answer(told={"data": truth | self.debugged})

    def _me(self, asked: Asked) -> Answer:
        token = asked.query.get("access_token", "")
        who = self._tokens.get(token)
        if who is None:
            return refused(190, "Invalid OAuth access token - Cannot parse access token")
        if (
            asked.query.get("appsecret_proof")
            != hmac.new(self.secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        ):
            return refused(100, "API calls from the server require an appsecret_proof argument", status=400)
        one = self.people[self.named or who]
        fields = asked.query.get("fields", "id,name").split(",")
        return Answer(told={name: getattr(one, name) for name in fields if getattr(one, name)})


def refused(code: int, message: str, *, subcode: int | None = None, status: int = 400) -> Answer:
    """An error of Graph."""
    error: dict[str, Any] = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "AbCdEf123"}
    return Answer(status=status, told={"error": error | ({"error_subcode": subcode} if subcode else {})})


def page(status: int, body: str) -> Answer:
    """A page of the dialog."""
    headers = {"Content-Type": "text/html; charset=utf-8"}
    return Answer(status=status, told=f"<!doctype html><title>Facebook</title>{body}".encode(), headers=headers)
