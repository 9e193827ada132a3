"""One WSGI call and the threads that make it (PEP 3333), answered over RSGI; it knows no Flask and reads no socket."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from itertools import chain
from queue import Empty, SimpleQueue
from typing import Any

log = logging.getLogger(__name__)
Watch = Callable[[], threading.Event]
"""Gives an event that is set once the client has gone; only streams ask for it."""
BODILESS = frozenset({204, 304})
ERROR = b"Something went wrong on our side. Please try again."
ERROR_HEADERS = [
    ("content-type", "text/plain; charset=utf-8"),
    ("x-content-type-options", "nosniff"),
    ("cache-control", "no-store"),
]
BROKEN_OFF = b"\n\nThis answer broke off here: something went wrong on our side. Please try again.\n"
"""RSGI cannot reset a connection, so a stream that failed must say itself that it is not whole."""


class Pool:
    """Threads that start when they are needed and end with `close`; more than `waiting` jobs are not accepted.

    `quick` threads serve as long as jobs are short: more of them would only take turns at the one interpreter. When
    jobs have to wait, up to `threads` help until nobody waits any more.
    """

    def __init__(self, quick: int, threads: int, waiting: int) -> None:
        self.quick, self.threads, self.waiting = min(quick, threads), threads, waiting
        self.started, self.helpers = 0, threading.Semaphore(self.threads - self.quick)
        self.jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self.idle = threading.Semaphore(0)

    def submit(self, job: Callable[[], None]) -> bool:
        """Called by one thread only, the event loop's. False when too many jobs wait already."""
        if self.jobs.qsize() >= self.waiting:
            return False
        self.jobs.put(job)
        if self.started < self.quick and not self.idle.acquire(blocking=False):
            self.started += 1
            threading.Thread(target=self._work, name=f"web-{self.started}", daemon=True).start()
        return True

    def help(self) -> None:
        """One more thread until the queue is empty, if there may be one; called by the event loop's thread."""
        if self.helpers.acquire(blocking=False):
            threading.Thread(target=self._work_off, name="web-helper", daemon=True).start()

    def close(self) -> None:
        for _ in range(self.started):
            self.jobs.put(None)

    def _work(self) -> None:
        while (job := self.jobs.get()) is not None:
            job()
            if self.started < self.quick:
                self.idle.release()

    def _work_off(self) -> None:
        with suppress(Empty):
            while (job := self.jobs.get_nowait()) is not None:
                job()
            self.jobs.put(None)  # the end was meant for one of the others
        self.helpers.release()


@lru_cache(maxsize=256)
def _key(name: str) -> str | None:
    """A header's name in the environ; None for the unsafe: underscores pose as hyphens, `Proxy` as a setting."""
    if "_" in name or name == "proxy":
        return None
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else "HTTP_" + key


def environ(scope: Any, body: bytes) -> dict[str, Any]:
    """The WSGI environ of an RSGI scope whose body has been read."""
    client, _, _ = scope.client.rpartition(":")
    server, _, port = scope.server.rpartition(":")
    env = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/" + scope.http_version,
        "REMOTE_ADDR": client.strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileBody,
    }
    for name, value in scope.headers.items():
        if (key := _key(name)) is not None:
            env[key] = value if key not in env else env[key] + ("; " if key == "HTTP_COOKIE" else ",") + value
    if "HTTP_TRANSFER_ENCODING" in env:
        env["CONTENT_LENGTH"] = str(len(body))
    if scope.authority and "HTTP_HOST" not in env:
        env["HTTP_HOST"] = scope.authority
    return env


class FileBody:
    """`wsgi.file_wrapper`: a file that the server itself sends from its path, so that a slow reader holds no thread."""

    def __init__(self, file: Any, size: int = 65_536) -> None:
        self.file, self.size = file, size

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.file.read(self.size), b"")

    def close(self) -> None:
        if hasattr(self.file, "close"):
            self.file.close()

    def path(self) -> str | None:
        name = getattr(self.file, "name", None)
        return name if isinstance(name, str) and self.file.seekable() and self.file.tell() == 0 else None


class Reply:
    """What the app said with start_response; the first bytes of the body decide how it goes out."""

    def __init__(self, proto: Any, watch: Watch) -> None:
        self.proto, self.watch = proto, watch
        self.status, self.headers = 0, []
        self.early: list[bytes] = []
        self.stream: Any = None

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
        if exc_info and self.stream is not None:
            raise exc_info[1].with_traceback(exc_info[2])
        self.status, self.headers = int(status[:3]), [(name.lower(), _safe(value)) for name, value in headers]
        return self.early.append

    def send(self, body: Iterable[bytes], method: str) -> None:
        """Whole answers go in one piece, files by their path, the rest chunk by chunk while the client is there."""
        if self.status in BODILESS or method == "HEAD":
            self.proto.response_empty(self.status, self.headers)
        elif isinstance(body, FileBody) and self.status == 200 and (path := body.path()):
            self.proto.response_file(self.status, self.headers, path)
        elif isinstance(body, list | tuple) and not self.early:
            self.proto.response_bytes(self.status, self.headers, body[0] if len(body) == 1 else b"".join(body))
        else:
            self._stream(iter(body))

    def _stream(self, chunks: Iterator[bytes]) -> None:
        first = next(chunks, b"")
        second = next(chunks, None)
        if second is None:
            self.proto.response_bytes(self.status, self.headers, b"".join([*self.early, first]))
            return
        self.stream, gone = self.proto.response_stream(self.status, self.headers), self.watch()
        for chunk in chain(self.early, (first, second), chunks):
            if gone.is_set():
                return
            self.stream.send_bytes(chunk)


def _safe(value: str) -> str:
    """Granian aborts a request on a header that is not printable ASCII; such a character becomes a question mark."""
    if value.isascii() and value.isprintable():
        return value
    return "".join(char if char.isascii() and char.isprintable() else "?" for char in value)


def run(app: Callable[..., Iterable[bytes]], env: dict[str, Any], proto: Any, watch: Watch) -> None:
    """Call the app, answer, close its iterable. An error the app let through is logged and answered with 500."""
    reply, body = Reply(proto, watch), None
    try:
        body = app(env, reply.start)
        reply.send(body, env["REQUEST_METHOD"])
    except Exception:
        log.exception("%s %s failed", env["REQUEST_METHOD"], env["PATH_INFO"])
        if reply.stream is None:
            proto.response_bytes(500, ERROR_HEADERS, ERROR)
        else:
            reply.stream.send_bytes(BROKEN_OFF)
    finally:
        reply.stream = None  # granian ends the answer when nobody holds its stream; the error's traceback still does
        if hasattr(body, "close"):
            body.close()
