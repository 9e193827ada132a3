"""Push to browsers: encrypted for one browser (RFC 8291), signed by us (VAPID, RFC 8292), left at a service (RFC 8030).

The address of the service comes from a browser, that is from a stranger.
"""

from __future__ import annotations

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Collection
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from adapters.http import seconds_to_wait
from adapters.push.words import fitting
from core.domain.kernel.deadlines import time_left
from core.domain.kernel.errors import Failure, Gone, Rejected, Unanswered, Unavailable
from core.ports.delivery import Receipt
from core.ports.push import Device, Notice

MOST = 3800
"""Bytes of a notice: a service must take 4096 when they are encrypted (RFC 8030 7.2), and some take no more."""
KEPT_SECONDS = 24 * 3600
TIMEOUT = (3.05, 10.0)


class WebPush:
    """`core.ports.push.Push`. `contact` is whom a service may write to, `trusted` the hosts that need not be public.

    Two pushes of one key are one: a service replaces what it keeps (its topic), a browser what it shows (its tag).
    """

    kinds = frozenset({"web"})

    def __init__(
        self, private_key: str, contact: str, trusted: Collection[str] = (), timeout: tuple[float, float] = TIMEOUT
    ) -> None:
        self._private_key, self._contact = private_key, contact
        self._trusted, self._timeout = trusted, timeout
        self._turn = threading.Lock()
        self._opened: Any = None

    def send(self, notice: Notice, to: Device, key: str) -> Receipt:
        """Hand one push over; see the port."""
        topic = urlsafe_b64encode(sha256(key.encode("utf-8", "surrogatepass")).digest())[:32].decode()
        body = fitting(notice, MOST, lambda cut: _written(cut, topic))
        head = {
            "Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream",
            "TTL": str(KEPT_SECONDS), "Urgency": "normal", "Topic": topic, **self._signature(to.address),
        }  # fmt: skip
        return self._leave(to.address, _sealed(body, to), head, topic)

    def _signature(self, url: str) -> dict[str, str]:
        from py_vapid import Vapid02, VapidException

        parts = urlsplit(url)
        expires = int(datetime.now(UTC).timestamp()) + 12 * 3600
        claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": expires, "sub": f"mailto:{self._contact}"}
        key = Vapid02.from_string(self._private_key)
        try:
            return dict(key.sign(claims))
        except VapidException as unfit:
            raise Rejected(f"{_host(url)} is no push service by its name, so nothing was sent there.") from unfit

    def _leave(self, url: str, body: bytes, head: dict[str, str], topic: str) -> Receipt:
        import requests

        try:
            with closing(
                self._session().post(url, body, headers=head, timeout=self._patience(), stream=True)
            ) as answer:
                _judge(answer.status_code, answer.headers.get("Retry-After", ""), _host(url))
                number = answer.headers.get("Location", "")[:400] or topic
        except requests.ConnectTimeout as away:
            raise _away(url, away) from away
        except requests.ConnectionError as away:
            raise _away(url, away) if _never_began(away) else _in_doubt(url, away) from away
        except requests.RequestException as silent:
            raise _in_doubt(url, silent) from silent
        return Receipt(carrier=f"webpush {_host(url)}", message_id=number)

    def _patience(self) -> tuple[float, float]:
        """Seconds for the connection and for the answer, within the time that is left."""
        connect, answer = self._timeout
        return min(connect, time_left()), min(answer, time_left())

    def _session(self) -> Any:
        from adapters.push.public import session

        with self._turn:
            if self._opened is None:
                self._opened = session(self._trusted)
        return self._opened


def _written(notice: Notice, tag: str) -> bytes:
    told = {"title": notice.title, "text": notice.text, "link": notice.link, "tag": tag}
    return json.dumps(told, ensure_ascii=False).encode()


def _sealed(body: bytes, to: Device) -> bytes:
    """The notice as only that browser can read it. Raises `Rejected` for keys that are none."""
    from pywebpush import WebPusher, WebPushException

    try:
        return bytes(WebPusher({"endpoint": to.address, "keys": dict(to.keys)}).encode(body, "aes128gcm")["body"])
    except (WebPushException, ValueError, LookupError, TypeError) as unfit:
        raise Rejected("The keys of this browser are none, so nothing can be sent to it. Sign it up again.") from unfit


def _judge(status: int, retry_after: str, host: str) -> None:
    if status in (200, 201, 202, 204):
        return
    if status in (404, 410):
        raise Gone(f"{host} says that this browser was signed off ({status}). Forget it.")
    if status == 429 or status >= 500:
        raise Unavailable(f"{host} does not take pushes now ({status}).", seconds_to_wait(retry_after))
    raise Rejected(f"{host} refuses this push for good ({status}).")


def _never_began(away: Exception) -> bool:
    """Whether there was no connection, so that nothing can have been sent."""
    from urllib3.exceptions import NewConnectionError, SSLError

    reason = getattr(away.args[0] if away.args else None, "reason", None)
    return isinstance(reason, NewConnectionError | SSLError)


def _away(url: str, why: Exception) -> Failure:
    return Unavailable(f"{_host(url)} does not answer ({type(why).__name__}). Another try follows by itself.")


def _in_doubt(url: str, why: Exception) -> Failure:
    return Unanswered(f"{_host(url)} was given a push and did not answer ({type(why).__name__}).")


def _host(url: str) -> str:
    return urlsplit(url).hostname or "the address"
