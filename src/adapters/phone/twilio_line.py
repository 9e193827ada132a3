"""The line to Twilio: one request, bounded in time and size, never repeated; it knows no message.

It is the SDK's way to the network. What it can tell that the SDK cannot: whether anything of an order had gone out when
the line broke. Until then nothing can have been done; from then on nobody knows.
"""

from __future__ import annotations

import time
from contextlib import closing
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import requests
from requests.adapters import HTTPAdapter
from twilio.http import HttpClient
from twilio.http.response import Response

from adapters.http import seconds_to_wait
from core.domain.kernel.deadlines import time_left
from core.domain.kernel.errors import Unanswered, Unavailable

MOST_BYTES = 64 * 1024
"""Its answers have some 2 KB."""
CHUNK = 8 * 1024
CONNECTIONS = 16
IN_DOUBT = "Look whether it is in the console's log before it is sent again."


class Form(BytesIO):
    """What is posted; it knows whether the network has begun to take it."""

    has_begun = False

    def read(self, size: int | None = -1) -> bytes:
        self.has_begun = True
        return super().read(size)


class Line(HttpClient):  # type: ignore[misc]
    """Connections that stay open and are used again; each request takes at most `timeout` seconds, all in all."""

    def __init__(self, timeout: float) -> None:
        self._session, self._most = requests.Session(), timeout
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=CONNECTIONS, max_retries=0))

    def request(
        self, method: str, uri: str, params: Any = None, data: Any = None, headers: Any = None, auth: Any = None,
        timeout: float | None = None, allow_redirects: bool = False,
    ) -> Response:  # fmt: skip
        """Return an answer below 500. Raises `Unavailable`, or `Unanswered` when a form was on its way."""
        form = Form(urlencode(data, doseq=True).encode()) if data else None
        seconds = time_left(self._most)
        until = time.monotonic() + seconds
        sent = {"params": params, "data": form, "headers": headers, "auth": auth, "timeout": seconds}
        try:
            with closing(self._session.request(method, uri, stream=True, allow_redirects=False, **sent)) as answer:
                return _read(answer, until)
        except (requests.RequestException, TimeoutError) as broken:
            raise _silent(broken, has_begun=form is not None and form.has_begun) from None


def _read(answer: requests.Response, until: float) -> Response:
    if answer.status_code == 429:
        wait = seconds_to_wait(answer.headers.get("Retry-After", ""))
        raise Unavailable(
            "Twilio has been asked too often for now (429). Another try follows by itself.", retry_after=wait
        )
    if answer.status_code >= 500:
        raise Unavailable(f"Twilio does not take it now (it answered {answer.status_code}). Another try follows.")
    read = b""
    for piece in answer.iter_content(CHUNK):
        read += piece
        if len(read) > MOST_BYTES or time.monotonic() > until:
            raise TimeoutError("its answer is too long, or too slow")
    return Response(answer.status_code, read.decode("utf-8", "replace"), answer.headers)


def _silent(broken: Exception, *, has_begun: bool) -> Unavailable:
    """Of the library's own words only the kind: they hold the whole address."""
    kind = type(getattr(broken.args[0] if broken.args else broken, "reason", broken)).__name__
    if has_begun:
        return Unanswered(f"Twilio was given it and did not say whether it took it ({kind}). {IN_DOUBT}")
    return Unavailable(f"Twilio does not answer ({kind}), so nothing was sent. Another try follows by itself.")
