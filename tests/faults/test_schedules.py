"""Three schedulers, wall clocks that jump by an hour, one after the other killed: each due instant once."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from tests.faults.checker import counted, look
from tests.faults.processes import until
from tests.faults.stage import Stage
from tests.faults.test_clocks import NUMBER, RUNS, TASKS, _every_minute, _instant

HOUR = 3600
JUMPS = (HOUR, 0, -HOUR, HOUR, 2 * HOUR)
"""Where the clocks stand after each step; the last is ahead of all, so that by then every due instant has passed."""


def test_three_schedulers_killed_and_clocks_that_jump(stage: Stage, report: Callable) -> None:
    """Redis is away, so that all hold its lock: only the database keeps them from firing twice."""
    stage.set_scene(schedulers=3)
    stage.children["valkey"].kill()
    first = _every_minute(stage)
    for step, seconds in enumerate(JUMPS):
        stage.set_clock(seconds)
        stage.children[f"scheduler{step % 3}"].kill()
        until(lambda: stage.number(NUMBER) >= max(JUMPS[: step + 1]) / 60, "the runs of this step", within=60)  # noqa: B023
        stage.mend()
    began = time.monotonic()
    stage.start_valkey()
    stage.settle()
    due, promised = zip(*stage.rows(RUNS), strict=True)
    assert [_instant(at) for at in due] == [first + timedelta(minutes=nth) for nth in range(len(due))]
    assert stage.number(TASKS) == len(due)
    words = "3 schedulers, kill -9, clocks ±1 h"
    report(look(words, stage, promised, counted(stage), recovery=time.monotonic() - began)).check()
