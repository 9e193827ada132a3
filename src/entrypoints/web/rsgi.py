"""Granian's RSGI in front of a WSGI app: a body is read before a thread is taken; it knows no Flask."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from entrypoints.web.wsgi_call import Pool, environ, run

BUSY = "The site is busy. Please try again in a few seconds."
DRAINED, DRAIN_SECONDS = 8_388_608, 2.0


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one process takes on: bytes of a body, seconds to send it, threads, requests waiting for one, bytes held."""

    body: int = 1_048_576
    seconds: float = 10.0
    threads: int = 16
    waiting: int = 256
    held: int = 67_108_864


class Refused(Exception):
    """A request ends before the app sees it: status, a sentence for the person, and the headers that go with it."""

    def __init__(self, status: int, detail: str, *headers: tuple[str, str]) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, headers


class Bridge:
    """An RSGI application that runs a WSGI one on a bounded number of threads."""

    def __init__(self, app: Callable[..., Iterable[bytes]], limits: Limits | None = None) -> None:
        self.app = app
        self.limits = limits or Limits()
        self.pool = Pool(self.limits.threads, self.limits.waiting)
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
            await _refuse(scope, proto, refused)

    async def _serve(self, scope: Any, proto: Any, body: bytes) -> None:
        loop = asyncio.get_running_loop()
        done = loop.create_future()

        def job() -> None:
            try:
                run(self.app, environ(scope, body), proto)
            finally:
                loop.call_soon_threadsafe(_settle, done)

        self.held += len(body)
        try:
            if not self.pool.submit(job):
                raise Refused(503, BUSY, ("retry-after", "2"))
            await done
        finally:
            self.held -= len(body)

    async def _body(self, scope: Any, proto: Any) -> bytes:
        headers = scope.headers
        length = headers.get("content-length")
        if length is None and "transfer-encoding" not in headers and scope.http_version != "2":
            return b""
        if length is not None and int(length) > self.limits.body:
            raise self._too_large()
        try:
            async with asyncio.timeout(self.limits.seconds):
                return await self._read(proto, length)
        except TimeoutError:
            raise Refused(408, "The request came too slowly. Please send it again.", ("connection", "close")) from None

    async def _read(self, proto: Any, length: str | None) -> bytes:
        """The whole body. Granian shows a broken connection as one more empty chunk, so a cut body is never run."""
        chunks, size, ends = [], 0, 0
        try:
            async for chunk in proto:
                ends += not chunk
                size += len(chunk)
                self.held += len(chunk)
                chunks.append(chunk)
                if size > self.limits.body:
                    raise self._too_large()
                if self.held > self.limits.held:
                    raise Refused(503, BUSY, ("retry-after", "2"))
        finally:
            self.held -= size
        if ends > 1 or (length is not None and size != int(length)):
            raise Refused(400, "The request ended before its body was complete. Please send it again.")
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _too_large(self) -> Refused:
        return Refused(413, f"The request is larger than {self.limits.body:,} bytes. Please send less.")


async def _refuse(scope: Any, proto: Any, refused: Refused) -> None:
    title = HTTPStatus(refused.status).phrase
    problem = {"type": "about:blank", "title": title, "status": refused.status, "detail": str(refused)}
    headers = [("content-type", "application/problem+json"), *refused.headers]
    proto.response_bytes(refused.status, headers, json.dumps(problem).encode())
    if refused.status == 413 and "expect" not in scope.headers:
        await _drain(proto)


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


def _settle(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)
