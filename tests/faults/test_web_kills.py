"""The web process is killed -9 around its commit and around the wake-up: an answer that was given is kept."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from tests.faults.checker import look, subjects
from tests.faults.client import Client
from tests.faults.processes import until
from tests.faults.stage import Stage

POINTS = {
    "uow.transaction:commit": "before the commit",
    "wake_ups.wake:before": "after the commit, before the wake-up",
    "wake_ups.wake:after": "after the wake-up, before the answer",
}
MESSAGES = "SELECT count(*) FROM contact_messages"


@pytest.mark.parametrize("point", POINTS)
def test_web_killed(stage: Stage, report: Callable, point: str) -> None:
    stage.set_scene()
    stage.start_web(**stage.kill_once(point, skip=10))
    client, posts = Client(port=stage.web_port), [f"Message {number}" for number in range(60)]
    with client.sending(posts):
        until(stage.flag.exists, "the web process to reach its kill point", within=30)
        died = time.monotonic()
        until(lambda: stage.mend() or len(client.acknowledged) == len(posts), "every answer", within=30)
    stage.settle()
    words = f"web kill -9 {POINTS[point]}"
    report(look(words, stage, posts, subjects(stage), recovery=time.monotonic() - died)).check()
    assert (stage.number(MESSAGES), len(client.acknowledged), len(set(client.acknowledged))) == (60, 60, 60)
    assert client.silences >= 1
