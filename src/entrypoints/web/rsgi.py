"""Granian's RSGI in front of a WSGI app: a body is read before a thread is taken; it knows no Flask."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any

import structlog
from granian.rsgi import ProtocolClosed

from core.domain.kernel.ids import new_id
from entrypoints.web.wsgi_call import Pool, environ, run

log = structlog.get_logger("web")
BUSY = "The site is busy. Please try again in a few seconds."
CUT = "The request ended before its body was complete. Please send it again."
SMALL = 16_384
"""Bytes. A body that says it is no larger is taken in one piece, for which the loop wakes once; each of the connections
may make granian hold so much that we do not count."""
DRAINED, DRAIN_SECONDS = 8_388_608, 2.0


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one process takes on: bytes of a body, seconds to send it, threads, requests waiting for one, bytes held.

    The addresses in `large` take that many bytes instead, in `slow` seconds. Of the `threads`, all but `quick` only
    help when a request has waited `patience` seconds.
    """

    body: int = 1_048_576
    seconds: float = 10.0
    large: Mapping[str, int] = field(default_factory=dict)
    slow: float = 60.0
    quick: int = 6
    threads: int = 16
    patience: float = 0.02
    waiting: int = 256
    held: int = 67_108_864

    def of(self, path: str) -> tuple[int, float]:
        """The bytes of a body for this address, and the seconds to send it."""
        most = self.large.get(path, 0)
        return (most, self.slow) if most > self.body else (self.body, self.seconds)


class Refused(Exception):
    """A request ends before the app sees it: status, a sentence for the person, and the headers that go with it."""

    def __init__(self, status: int, detail: str, *headers: tuple[str, str]) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, headers


Worder = Callable[[str, int, str], tuple[Mapping[str, str], bytes] | None]
"""Words a refusal (address, status, sentence) as its own addresses do: headers and body; None for every other one."""


class Call:
    """Whether a thread has come to this request."""

    begun = False


class Bridge:
    """An RSGI application that runs a WSGI one on a bounded number of threads."""

    def __init__(
        self,
        app: Callable[..., Iterable[bytes]],
        limits: Limits | None = None,
        headers: Mapping[str, str] | None = None,
        worders: Sequence[Worder] = (),
    ) -> None:
        """`headers` go with the refusals that are made here, and `worders` are asked for other words than a problem's;
        the app puts its own on what it answers."""
        self.app = app
        self.limits = limits or Limits()
        self.headers = [(name.lower(), value) for name, value in (headers or {}).items()]
        self.worders = worders
        self.pool = Pool(self.limits.quick, self.limits.threads, self.limits.waiting)
        self.held = 0

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.pool.close()

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        if scope.proto != "http":
            proto.close(404)
            return
        try:
            await self._serve(scope, proto, await self._body(scope, proto))
        except Refused as refused:
            await self._refuse(scope, proto, refused)

    async def _refuse(self, scope: Any, proto: Any, refused: Refused) -> None:
        request_id = new_id("req", datetime.now(UTC))
        worded = (worder(scope.path, refused.status, str(refused)) for worder in self.worders)
        own, body = next(filter(None, worded), None) or _problem(refused, request_id)
        headers = [*own.items(), ("x-request-id", request_id), *self.headers, *refused.headers]
        proto.response_bytes(refused.status, headers, body)
        log.info("refused", method=scope.method, path=scope.path, status=refused.status, request_id=request_id)
        if refused.status == 413 and "expect" not in scope.headers:
            await _drain(proto)

    async def _serve(self, scope: Any, proto: Any, body: bytes) -> None:
        loop = asyncio.get_running_loop()
        done, call = loop.create_future(), Call()

        def job() -> None:
            call.begun = True
            try:
                run(self.app, environ(scope, body), proto, partial(_watch, loop, proto))
            finally:
                loop.call_soon_threadsafe(_settle, done)

        self.held += len(body)
        try:
            if not self.pool.submit(job):
                raise Refused(503, BUSY, ("retry-after", "2"))
            if not self.pool.jobs.empty():
                loop.call_later(self.limits.patience, self._help, call)
            await done
        finally:
            self.held -= len(body)

    def _help(self, call: Call) -> None:
        if not call.begun:
            self.pool.help()

    async def _body(self, scope: Any, proto: Any) -> bytes:
        headers = scope.headers
        length = headers.get("content-length")
        if length is None and "transfer-encoding" not in headers and scope.http_version != "2":
            return b""
        most, seconds = self.limits.of(scope.path)
        if length is not None and int(length) > most:
            raise _too_large(most)
        try:
            async with asyncio.timeout(seconds):
                is_small = length is not None and int(length) <= SMALL
                return await (_whole(proto) if is_small else self._read(proto, length, most))
        except TimeoutError:
            raise Refused(408, "The request came too slowly. Please send it again.", ("connection", "close")) from None

    async def _read(self, proto: Any, length: str | None, most: int) -> bytes:
        """The whole body. Granian shows a broken connection as one more empty chunk, so a cut body is never run."""
        chunks, size, ends = [], 0, 0
        try:
            async for chunk in proto:
                ends += not chunk
                size += len(chunk)
                self.held += len(chunk)
                chunks.append(chunk)
                if size > most:
                    raise _too_large(most)
                if self.held > self.limits.held:
                    raise Refused(503, BUSY, ("retry-after", "2"))
        finally:
            self.held -= size
        if ends > 1 or (length is not None and size != int(length)):
            raise Refused(400, CUT)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def _whole(proto: Any) -> bytes:
    """A body of a length that granian holds it to."""
    try:
        return bytes(await proto())
    except ProtocolClosed:
        raise Refused(400, CUT) from None


def _too_large(most: int) -> Refused:
    return Refused(413, f"The request is larger than {most:,} bytes. Please send less.")


def _problem(refused: Refused, request_id: str) -> tuple[Mapping[str, str], bytes]:
    title = HTTPStatus(refused.status).phrase
    problem = {"type": "about:blank", "title": title, "status": refused.status, "detail": str(refused)}
    return {"content-type": "application/problem+json"}, json.dumps({**problem, "request_id": request_id}).encode()


async def _drain(proto: Any) -> None:
    """Throw away a little of what is still coming: a client that only reads after sending would see a reset instead."""
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            left = DRAINED
            async for chunk in proto:
                left -= len(chunk)
                if left < 0:
                    return
    except (TimeoutError, RuntimeError):
        return


def _watch(loop: asyncio.AbstractEventLoop, proto: Any) -> threading.Event:
    """Granian takes every chunk of a stream at once, gone client or not, so an endless one must be told to end."""
    gone = threading.Event()

    async def wait() -> None:
        await proto.client_disconnect()
        gone.set()

    asyncio.run_coroutine_threadsafe(wait(), loop)
    return gone


def _settle(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)
