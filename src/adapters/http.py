"""Asking other machines by HTTP: a time limit for the whole answer, a limit on its size, and what its status says; it
knows no vendor."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.domain.kernel.deadlines import time_left
from core.domain.kernel.errors import Unavailable

if TYPE_CHECKING:
    from requests import Response

CHUNK = 64 * 1024
SMALL_CHUNK = 16 * 1024


def fetch(url: str, *, most: int, timeout: float) -> bytes:
    """Return the body of a 200 answer of at most `most` bytes. Raises `Unavailable`."""
    return b"".join(stream(url, most=most, timeout=timeout))


def stream(url: str, *, most: int, timeout: float) -> Iterator[bytes]:
    """The same piece by piece; `timeout` in seconds is for the connection, each silence, and ten times it for all."""
    import requests  # 10 MB, which only a process pays that asks somebody

    host, until, read = urlsplit(url).hostname, time.monotonic() + time_left(10 * timeout), 0
    try:
        with closing(
            requests.get(url, timeout=time_left(timeout), stream=True, headers={"User-Agent": "Enginebay"})
        ) as answer:
            if answer.status_code != 200:
                raise Unavailable(f"{host} answered {answer.status_code}. Another try follows by itself.")
            for piece in answer.iter_content(CHUNK):
                read += len(piece)
                if read > most or time.monotonic() > until:
                    raise Unavailable(f"{host} sent more than {most:,} bytes, or too slowly. It was not read further.")
                yield piece
    except requests.RequestException as away:
        raise Unavailable(f"{host} does not answer ({type(away).__name__}). Another try follows by itself.") from away


def refuse_to_read(vendor: str, answer: Response) -> None:
    """Raise `Unavailable` where the status says it all: asked too often, broken, or sent elsewhere."""
    status = answer.status_code
    if status == 429:
        wait = seconds_to_wait(answer.headers.get("Retry-After", ""))
        raise Unavailable(f"{vendor} has been asked too often for now (429).", retry_after=wait)
    if status >= 500 or 300 <= status < 400:
        raise Unavailable(f"{vendor} answered {status}.")


def read_whole(vendor: str, answer: Response, *, most: int, until: float) -> bytes:
    """Return a body of at most `most` bytes that has come by `until` (monotonic). Raises `Unavailable`."""
    read = b""
    for piece in answer.iter_content(SMALL_CHUNK):
        read += piece
        if len(read) > most or time.monotonic() > until:
            raise Unavailable(f"{vendor} sent more than {most:,} bytes, or too slowly.")
    return read


def seconds_to_wait(retry_after: str) -> float | None:
    """What a Retry-After asks for: seconds or a date (RFC 9110 10.2.3); None for neither."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after)
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None
