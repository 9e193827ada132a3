"""How long a WSGI application takes for a page, in its own process: the whole answer, read to its last byte."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

TIMES = 21
PATIENCE = 1.0
"""Seconds after which a slow page has been asked for often enough (but always three times)."""
Wsgi = Callable[..., Any]


def read(app: Wsgi, path: str, cookie: str) -> int:
    """Ask for a page and read it. Raises `RuntimeError` unless it is there. Returns how many bytes it has."""
    from werkzeug.test import EnvironBuilder  # not loaded where no page is asked for, as in a worker

    heads: list[str] = []
    environ = EnvironBuilder(path=path, headers={"Cookie": cookie, "Host": "127.0.0.1"}).get_environ()
    answer = app(environ, lambda status, headers, *rest: heads.append(status))
    try:
        size = sum(len(part) for part in answer)
    finally:
        getattr(answer, "close", lambda: None)()
    if not heads[0].startswith("200"):
        raise RuntimeError(f"{path} was answered with {heads[0]}.")
    return size


def took(app: Wsgi, path: str, cookie: str) -> float:
    """The median time of a page in milliseconds, after two that are not counted."""
    for _ in range(2):
        read(app, path, cookie)
    times: list[float] = []
    while len(times) < TIMES and (sum(times) < PATIENCE or len(times) < 3):
        begun = time.perf_counter()
        read(app, path, cookie)
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1000


def tell(app: Wsgi, pages: Mapping[str, str], cookie: str) -> None:
    """Print what each page takes, as JSON."""
    print(json.dumps({name: took(app, path, cookie) for name, path in pages.items()}))


def tell_export(export: Callable[[], int]) -> None:
    """Print how many seconds an export of everything takes and how many bytes it has, as JSON."""
    begun = time.perf_counter()
    size = export()
    print(json.dumps({"seconds": time.perf_counter() - begun, "bytes": size}), flush=True)
