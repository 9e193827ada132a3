"""A vendor of HTTP on loopback that counts what it did and can be told to misbehave; it knows no vendor's rules."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form; none when it is not one."""
        kind = self.headers.get("content-type", "").partition(";")[0]
        fields = parse_qsl(self.body.decode(), keep_blank_values=True)
        return dict(fields) if kind == "application/x-www-form-urlencoded" else {}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is said to it."""

    status: int = 200
    told: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """JSON, unless it is bytes already."""
        return self.told if isinstance(self.told, bytes) else json.dumps(self.told).encode()


class Loopback:
    """A server on a free port. Subclasses say in `answer` what they do and answer when they are well.

    `mood` is how it is: "well"; "drop" (does it, then hangs up without a word), "refuse" (hangs up before it reads),
    "slow" (does it, then answers after `seconds`), "garbage" (does it, then answers `garbage`), or a status, like 503
    (does nothing; with `retry_after` as its header). `rate` is the share of requests that meet the mood.
    """

    garbage = b"<html><title>It works!</title>"

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.connections = 0
        self._turn = threading.Lock()
        self._closing = threading.Event()
        self.be("well")
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, asked: Asked) -> Answer:
        """Do what is asked for, and say so."""
        raise NotImplementedError

    def be(self, mood: str | int, *, seconds: float = 5.0, retry_after: str = "", rate: float = 1.0) -> None:
        """Be in a mood until told otherwise."""
        self._mood = mood, seconds, retry_after, rate

    def meet(self, asked: Asked, hang_up: Callable[[], None]) -> Answer | None:
        """Meet one request in the mood of now; None when it is not answered."""
        mood, seconds, retry_after, rate = self._mood
        mood = mood if random.random() < rate else "well"
        with self._turn:
            self.asked.append(asked)
            if isinstance(mood, int):
                return self.refusal(mood, {"Retry-After": retry_after} if retry_after else {})
            done = self.answer(asked)
        if mood == "slow":
            self._closing.wait(seconds)
        if mood == "drop":
            return hang_up()
        return Answer(status=done.status, told=self.garbage) if mood == "garbage" else done

    def refusal(self, status: int, headers: dict[str, str]) -> Answer:
        """What it says when it is told to answer a status."""
        return Answer(status=status, told={"status": status}, headers=headers)

    @property
    def is_refusing(self) -> bool:
        """Whether the next caller is hung up on before it is heard."""
        return self._mood[0] == "refuse" and random.random() < self._mood[3]

    def __enter__(self) -> Any:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()


def _handler(vendor: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            vendor.connections += 1

        def handle_one_request(self) -> None:
            self._hang_up()  # unless there is something to say
            if not vendor.is_refusing:
                with suppress(ConnectionError):  # who asked may have lost patience
                    super().handle_one_request()

        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            asked = Asked(method=self.command, path=parts.path, query=query, headers=headers, body=body)
            answer = vendor.meet(asked, self._hang_up)
            if answer is not None:
                self._say(answer)

        do_GET = do_POST = do_PUT = do_DELETE = _do

        def _say(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def _hang_up(self) -> None:
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Nothing."""

    return Handler
