"""Sixty clients send half of their headers, then sixty half of their bodies; everyone else is served as if alone."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from statistics import median

import pytest
from tests.faults.processes import until
from tests.faults.stage import Stage

SLOW, LOOKS, MOST = 60, 200, 0.050
HALF_HEADERS = b"POST /api/v1/contact-messages HTTP/1.1\r\nHost: x\r\nContent-Type: applicat"
HALF_BODY = (
    b"POST /api/v1/contact-messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b'Content-Length: 200\r\n\r\n{"name": "Ada'
)


@contextmanager
def slow_clients(port: int, sent: bytes) -> Iterator[None]:
    """So many connections on which the rest never comes."""
    with ExitStack() as lines:
        for _ in range(SLOW):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
            line.sendall(sent)
        yield


def seconds_to_answer(port: int) -> float:
    """One visit to /healthz on a new connection."""
    line, began = HTTPConnection("127.0.0.1", port, timeout=5), time.perf_counter()
    try:
        line.request("GET", "/healthz")
        assert line.getresponse().status == 200
        return time.perf_counter() - began
    finally:
        line.close()


def slowest(port: int) -> float:
    """The slowest of many visits, and the middle one, printed."""
    took = [seconds_to_answer(port) for _ in range(LOOKS)]
    print(f"\n/healthz: middle {median(took) * 1000:.1f} ms, slowest {max(took) * 1000:.1f} ms")
    return max(took)


@pytest.fixture
def port(stage: Stage) -> int:
    """What `make run` serves with: one web process, ours."""
    stage.start_web()
    until(lambda: seconds_to_answer(stage.web_port), "a first answer", within=10)
    return stage.web_port


def test_nobody_slow_is_the_measure(port: int) -> None:
    assert slowest(port) < MOST


def test_half_sent_headers_delay_nobody(port: int) -> None:
    with slow_clients(port, HALF_HEADERS):
        assert slowest(port) < MOST


def test_half_sent_bodies_delay_nobody(port: int) -> None:
    with slow_clients(port, HALF_BODY):
        assert slowest(port) < MOST
