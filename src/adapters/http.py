"""Asking other machines by HTTP: a time limit for the whole answer and a limit on its size; it knows no vendor."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

from core.domain.kernel.deadlines import time_left
from core.domain.kernel.errors import Unavailable

CHUNK = 64 * 1024


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
