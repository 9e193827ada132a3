"""An OpenID provider on loopback (`oidc-provider-mock`, which stands on Authlib's server side), as strict as Google: it
holds whoever fetches an answer to PKCE, and can be told to answer something else, or not at all."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import flask
import oidc_provider_mock
import requests
import werkzeug.serving
from joserfc import jwt
from joserfc.jwk import RSAKey

logging.getLogger("oidc_provider_mock").setLevel(logging.CRITICAL)
TOKEN, KEYS, DOCUMENT = "/oauth2/token", "/jwks", "/.well-known/openid-configuration"


class OpenId:
    """`twist` changes the claims of an ID token before it is signed, `key` signs in the provider's place; `mood` is
    well, slow, garbage or a status, for `ails` (a path) only or for everything."""

    def __init__(self, **people: dict[str, object]) -> None:
        self._people = [oidc_provider_mock.User(sub=sub, claims=claims) for sub, claims in people.items()]
        self.app = oidc_provider_mock.app(require_nonce=True, issue_refresh_token=False, user_claims=self._people)
        self.app.before_request(self._look)
        self.app.after_request(self._sign)
        self.asked: list[str] = []
        self._challenges: dict[str, str] = {}
        self._closing = threading.Event()
        self.be("well")
        self.app.wsgi_app = self.app.wsgi_app.app  # without the debugger in front
        self._server = werkzeug.serving.make_server("127.0.0.1", 0, self.app, threaded=True, request_handler=_Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.discovery = self.url + DOCUMENT

    def be(
        self, mood: str | int, *, ails: str = "", seconds: float = 5.0,
        twist: Callable[[dict[str, Any]], None] = lambda claims: None, key: RSAKey | None = None,
        algorithm: str = "RS256",
    ) -> None:  # fmt: skip
        """Be so until told otherwise."""
        self._mood, self._ails, self._seconds = mood, ails, seconds
        self._twist, self._key, self._algorithm = twist, key, algorithm

    def know(self, sub: str, claims: dict[str, object]) -> None:
        """Have somebody else here, who is offered on the page."""
        self._people.append(oidc_provider_mock.User(sub=sub, claims=claims))
        requests.put(f"{self.url}/users/{sub}", json=claims, timeout=5).raise_for_status()

    def agree(self, address: str, sub: str) -> dict[str, str]:
        """Sign in there as somebody, as a browser would, and return what it brings back."""
        return self._post(address, {"sub": sub})

    def deny(self, address: str) -> dict[str, str]:
        """Do not agree there."""
        return self._post(address, {"action": "deny"})

    def _post(self, address: str, form: dict[str, str]) -> dict[str, str]:
        assert requests.get(address, timeout=5).status_code == 200
        led = requests.post(address, data=form, allow_redirects=False, timeout=5).headers["Location"]
        return dict(parse_qsl(urlsplit(led).query))

    def _look(self) -> flask.Response | None:
        path = flask.request.path
        self.asked.append(path)
        self._storage = flask.g.oidc_provider_mock_storage
        if self._mood != "well" and self._ails in ("", path):
            return self._ail()
        if path == TOKEN and not self._proves_itself(flask.request.form):
            return flask.make_response({"error": "invalid_grant", "error_description": "code_verifier"}, 400)
        return None

    def _ail(self) -> flask.Response | None:
        if self._mood == "slow":
            self._closing.wait(self._seconds)
            return None
        if self._mood == "garbage":
            return flask.make_response("<title>It works!</title>", 200)
        return flask.make_response({"error": "server_error"}, self._mood)

    def _sign(self, answer: flask.Response) -> flask.Response:
        if flask.request.path == "/oauth2/authorize" and answer.status_code == 302:
            code = dict(parse_qsl(urlsplit(answer.headers["Location"]).query)).get("code", "")
            self._challenges[code] = flask.request.args.get("code_challenge", "")
        if flask.request.path == TOKEN and answer.status_code == 200 and answer.is_json:
            told = answer.get_json()
            own = RSAKey.import_key(self._storage.jwk.as_dict(is_private=True))
            signed = jwt.decode(told["id_token"], own)
            self._twist(signed.claims)
            header = {"alg": self._algorithm, **({"kid": own.kid} if own.kid else {})}
            told["id_token"] = jwt.encode(header, signed.claims, self._key or own, algorithms=[self._algorithm])
            answer.set_data(flask.json.dumps(told))
        return answer

    def _proves_itself(self, form: Any) -> bool:
        """RFC 7636, 4.6: the hash of the verifier is the challenge that came with the question."""
        proof = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        fits = re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", form.get("code_verifier", "")) is not None
        return fits and self._challenges.get(form.get("code", "")) == proof.rstrip(b"=").decode()

    def __enter__(self) -> OpenId:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()


class _Quiet(werkzeug.serving.WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Nothing."""
