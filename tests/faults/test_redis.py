"""Redis is killed, hangs, or comes back empty: posts are answered at once, and every mail goes out within 30 s."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

from tests.faults.checker import letters, look
from tests.faults.client import Client
from tests.faults.processes import until
from tests.faults.stage import Stage

AT_ONCE = 1.0
"""Seconds for the slowest answer; the machine may be busy with everything else."""
POSTS = 200


def test_redis_killed(stage: Stage, report: Callable) -> None:
    client = _open(stage)
    stage.children["valkey"].kill()
    client.send(f"Without {number}" for number in range(POSTS))
    back = time.monotonic()
    stage.start_valkey()
    _close(stage, report, "Redis killed, posts meanwhile", client, back)


def test_redis_hung(stage: Stage, report: Callable) -> None:
    client = _open(stage)
    stage.children["valkey"].send(signal.SIGSTOP)
    client.send(f"Hung {number}" for number in range(POSTS))
    stage.children["valkey"].send(signal.SIGCONT)
    _close(stage, report, "Redis hung (SIGSTOP), posts meanwhile", client, time.monotonic())


def test_redis_back_empty(stage: Stage, report: Callable) -> None:
    client = _open(stage)
    for worker in stage.workers:
        worker.send(signal.SIGSTOP)
    client.send(f"Forgotten {number}" for number in range(POSTS))
    until(lambda: stage.redis.dbsize() > 0, "a wake-up to lie there", within=10)
    stage.redis.flushall()
    for worker in stage.workers:
        worker.send(signal.SIGCONT)
    _close(stage, report, "Redis emptied with its wake-ups", client, time.monotonic())


def test_redis_killed_six_times_during_posts(stage: Stage, report: Callable) -> None:
    client = _open(stage)
    with client.sending((f"Again {number}" for number in range(POSTS * 2)), threads=2):
        for _ in range(6):
            stage.children["valkey"].kill()
            before = len(client.acknowledged)
            until(lambda: len(client.acknowledged) > before, "an answer without Redis", within=10)  # noqa: B023
            stage.start_valkey()
    _close(stage, report, "Redis killed and emptied 6 times", client, time.monotonic())


def _open(stage: Stage) -> Client:
    """Everything is up, warm, and counts requests by address, so that the limiter needs Redis too."""
    stage.set_scene()
    stage.start_web(ENGINEBAY_RATE_LIMITS="normal", ENGINEBAY_TRUSTED_PROXIES="1")
    client = Client(port=stage.web_port)
    client.send(f"Warm {number}" for number in range(20))
    client.slowest = 0.0
    return client


def _close(stage: Stage, report: Callable, fault: str, client: Client, since: float) -> None:
    stage.settle()
    row = look(fault, stage, client.acknowledged, letters(stage), recovery=time.monotonic() - since)
    report(row).check()
    print(f"slowest post {client.slowest * 1000:.0f} ms")
    assert (client.refusals, client.silences) == ([], 0)
    assert client.slowest <= AT_ONCE
