"""Whoever uses the site: sends messages, insists until each is acknowledged, and remembers what was promised."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

PATH = "/api/v1/contact-messages"
PATIENCE = 60.0


@dataclass(kw_only=True)
class Client:
    """Posts over HTTP; a repetition carries the same Idempotency-Key. `acknowledged` holds task ids.

    Every message comes from another address, as far as a site with a proxy in front of it can see.
    """

    port: int
    message: str = "Hello.\nIt is me."
    silences: int = 0
    acknowledged: list[str] = field(default_factory=list)
    slowest: float = 0.0
    refusals: list[tuple[int, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, subjects: Iterable[str], threads: int = 4) -> None:
        """Send every message; returns when each was acknowledged."""
        turns = iter(subjects)
        with ThreadPoolExecutor(threads) as pool:
            for sent in [pool.submit(self._send_in_turn, turns) for _ in range(threads)]:
                sent.result()

    @contextmanager
    def sending(self, subjects: Iterable[str], threads: int = 4) -> Iterator[None]:
        """Send while the block goes on; leaves it when each was acknowledged."""
        with ThreadPoolExecutor(1) as pool:
            sent = pool.submit(self.send, subjects, threads)
            yield
            sent.result()

    def insist(self, subject: str) -> str:
        """Send one message until it is acknowledged; returns the id of its task."""
        key, deadline = uuid4().hex, time.monotonic() + PATIENCE
        while True:
            status, body = self.post(subject, key)
            if status == 202:
                with self.lock:
                    self.acknowledged.append(body["task"]["id"])
                return str(body["task"]["id"])
            if time.monotonic() > deadline:
                raise AssertionError(f"Not acknowledged within {PATIENCE:.0f} s; the last answer was {status} {body}")
            time.sleep(0.1)

    def _send_in_turn(self, turns: Iterator[str]) -> None:
        while (subject := self._next(turns)) is not None:
            self.insist(subject)

    def _next(self, turns: Iterator[str]) -> str | None:
        with self.lock:
            return next(turns, None)

    def post(self, subject: str, key: str | None = None) -> tuple[int, dict]:
        """Send one message once; returns status and body, (0, {}) when nobody answered."""
        message = {"name": "Ada", "email": "ada@example.org", "subject": subject, "message": self.message}
        headers = {"Content-Type": "application/json", "Idempotency-Key": key or uuid4().hex}
        headers["X-Forwarded-For"] = f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(256)}"
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("POST", PATH, json.dumps({**message, "notify_me": False}), headers)
            answer = connection.getresponse()
            return self._note(answer.status, json.loads(answer.read()), time.monotonic() - began)
        except (OSError, http.client.HTTPException):
            with self.lock:
                self.silences += 1
            return 0, {}
        finally:
            connection.close()

    def _note(self, status: int, body: dict, seconds: float) -> tuple[int, dict]:
        with self.lock:
            self.slowest = max(self.slowest, seconds)
            if status != 202:
                self.refusals.append((status, str(body.get("detail", body))))
        return status, body
