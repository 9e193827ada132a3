"""What proxies and browsers write in headers and others read without a doubt: put right before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from core.domain.kernel.addresses import plain

Application = Callable[[dict[str, Any], Callable[..., Any]], Any]


def legible(application: Application) -> Application:
    """An application for which REMOTE_ADDR is an address or "", and a Referer one that can be taken apart or none."""

    def put_right(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        environ["REMOTE_ADDR"] = plain(environ.get("REMOTE_ADDR") or "")
        if "HTTP_REFERER" in environ and not _is_read(environ["HTTP_REFERER"]):
            del environ["HTTP_REFERER"]
        return application(environ, start)

    return put_right


def _is_read(referer: str) -> bool:
    try:
        urlsplit(referer).port  # noqa: B018 – it is read when it is asked for
    except ValueError:
        return False
    return True
