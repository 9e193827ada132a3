"""The line to a provider: Authlib's OAuth 2.0 client over requests that are bounded in time and size; it knows no
provider."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from io import BytesIO
from typing import Any

import orjson
import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from requests.adapters import HTTPAdapter

from adapters.http import read_whole, refuse_to_read
from core.domain.kernel.deadlines import time_left
from core.domain.kernel.errors import Rejected, Unanswered, Unavailable

MOST_BYTES = 256 * 1024
NOT_SENT = (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError, requests.exceptions.ProxyError)
OURS = ("invalid_client", "unauthorized_client", "redirect_uri_mismatch")
"""What is said where our own settings are wrong: nobody can sign in, and a new try by them changes nothing."""


class Line:
    """Asks one provider, over connections that stay open. A session of Authlib keeps the last token it saw, so each
    question has one of its own."""

    def __init__(self, vendor: str, client_id: str, secret: str, timeout: float, **how: Any) -> None:
        self.vendor, self._timeout = vendor, timeout
        self._account, self._how, self._pool = (client_id, secret), how, HTTPAdapter(pool_maxsize=8)

    def session(self, **how: Any) -> OAuth2Session:
        """A session for one question, bounded."""
        made = _Bounded(*self._account, **{**self._how, **how})
        made.vendor, made.limit, made.trust_env = self.vendor, self._timeout, False
        for scheme in ("http://", "https://"):
            made.mount(scheme, self._pool)
        return made

    def read(self, url: str, query: Mapping[str, str] | None = None, *, once: bool = False) -> tuple[int, Any]:
        """Return the status below 500 and the JSON at an address. Raises `Unavailable`, and `Unanswered` where what was
        sent works `once` and may be used up."""
        answer = self._away(lambda: self.session().request("GET", url, withhold_token=True, params=query), used=once)
        return answer.status_code, self._json(answer)

    def redeem(self, session: OAuth2Session, url: str, code: str, **how: Any) -> Any:
        """Return what a code is worth. It works once, so what came of a lost answer is unknown.

        Raises `Rejected` for a code that is worth nothing, `Unavailable`, and `Unanswered` where it may be used up.
        """
        try:
            return self._away(lambda: session.fetch_token(url, code=code, **how), used=True)
        except OAuthError as refused:
            raise self._refusal(refused.error) from None
        except (ValueError, TypeError, KeyError, RecursionError) as garbled:
            raise Unanswered(f"{self.vendor} answered something that cannot be read ({_kind(garbled)}).") from None

    def _refusal(self, said: object) -> Rejected | Unavailable:
        """What a refused code means: it is the setting that is wrong, or the code."""
        if said in OURS:
            return Unavailable(f"{self.vendor} refuses our account ({said}). Its settings want a look.")
        return Rejected(f"{self.vendor} does not take this answer ({str(said)[:40]}).")

    def _away(self, ask: Callable[[], Any], *, used: bool = False) -> Any:
        """What is raised has no cause: the library's own words hold addresses, and with them secrets."""
        try:
            return ask()
        except NOT_SENT as away:
            raise Unavailable(f"{self.vendor} does not answer ({_kind(away)}).") from None
        except requests.RequestException as away:
            kind = Unanswered if used else Unavailable
            raise kind(f"{self.vendor} does not answer ({_kind(away)}).") from None

    def _json(self, answer: requests.Response) -> Any:
        try:
            return orjson.loads(answer.content)
        except ValueError:
            if answer.status_code >= 400:
                return None
            raise Unavailable(f"{self.vendor} answered something that is no JSON.") from None


class _Bounded(OAuth2Session):  # type: ignore[misc]
    """Reads an answer within what is left of the asker's time, and not more of it than anybody needs."""

    vendor, limit = "", 0.0

    def request(self, method: str, url: str, **how: Any) -> requests.Response:
        left = time_left(self.limit)
        until = time.monotonic() + left
        how |= {"timeout": left, "allow_redirects": False, "stream": True}
        with closing(super().request(method, url, **how)) as answer:
            refuse_to_read(self.vendor, answer)
            return _whole(answer, read_whole(self.vendor, answer, most=MOST_BYTES, until=until))


class Kept:
    """A document that is fetched when it is first wanted and kept for `fresh` seconds; one that cannot be renewed goes
    on being used."""

    def __init__(self, fetch: Callable[[], Any], fresh: float = 3600.0) -> None:
        self._fetch, self._fresh, self._turn = fetch, fresh, threading.Lock()
        self._read_at, self._document = 0.0, None

    def read(self, older: float | None = None) -> Any:
        """Return it, renewed if it is older than so many seconds. Raises `Unavailable` when there never was one."""
        with self._turn:
            if self._document is None or time.monotonic() - self._read_at > (older or self._fresh):
                self._renew()
            return self._document

    def _renew(self) -> None:
        try:
            self._document = self._fetch()
        except Unavailable:
            if self._document is None:
                raise
        self._read_at = time.monotonic()


def _whole(answer: requests.Response, body: bytes) -> requests.Response:
    """The same answer with its body in memory."""
    whole = requests.Response()
    whole.status_code, whole.headers, whole.url = answer.status_code, answer.headers, answer.url
    whole.encoding, whole.raw = "utf-8", BytesIO(body)
    return whole


def _kind(error: BaseException) -> str:
    return type(error).__name__
