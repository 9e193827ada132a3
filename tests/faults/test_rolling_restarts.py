"""Twenty restarts of a deployment while posts go on: every post is answered, every process ends with 0."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator

from tests.faults.checker import letters, look
from tests.faults.client import Client
from tests.faults.processes import Child
from tests.faults.stage import Stage

RESTARTS = 20
ORDER = ("worker0", "web0", "scheduler0", "worker1", "web1")


def test_rolling_restarts(stage: Stage, report: Callable) -> None:
    stage.set_scene(workers=["python", "rq"])
    stage.sink_mode("slow 0.02")
    for name in ("web0", "web1"):
        stage.start_web(name, flavour="python")
    client, codes, over = Client(port=stage.web_port), [], []
    with client.sending(_messages(over), threads=2):
        try:
            for name in itertools.islice(itertools.cycle(ORDER), RESTARTS):
                codes.append(_restart(stage, stage.children[name], name))
        finally:
            over.append(True)
    answered = time.monotonic()
    stage.settle()
    words = f"{RESTARTS} rolling restarts"
    report(look(words, stage, client.acknowledged, letters(stage), recovery=time.monotonic() - answered)).check()
    print(f"{client.silences} of {len(client.acknowledged)} posts met a listener that had just closed")
    assert (codes, client.refusals) == ([0] * RESTARTS, [])


def _restart(stage: Stage, child: Child, name: str) -> int:
    code = child.stop()
    child.begin()
    if name.startswith("web"):
        stage.await_web(child)
    return code


def _messages(over: list[bool]) -> Iterator[str]:
    """One after the other, until the restarts are over."""
    return itertools.takewhile(lambda _: not over, (f"Message {number}" for number in itertools.count()))
