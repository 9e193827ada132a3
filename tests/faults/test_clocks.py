"""Two schedulers and one killed; wall clocks that jump: each due instant once, nobody is taken for dead."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from tests.faults.checker import counted, letters, look
from tests.faults.client import Client
from tests.faults.processes import until
from tests.faults.stage import THREADS, Stage

from core.domain.schedules import Schedule

RUNS = "SELECT due_at, task_id FROM schedule_runs WHERE schedule = 'fault' ORDER BY due_at"
NUMBER = "SELECT count(*) FROM schedule_runs WHERE schedule = 'fault'"
TASKS = "SELECT count(*) FROM tasks WHERE name = 'fault.tick'"
MINUTES, AT_A_TIME = 30, 3
HELD = "SELECT count(*) FROM tasks WHERE started_at IS NOT NULL AND state = 'running'"
DEATHS = "SELECT coalesce(sum(deaths), 0) FROM tasks"


def test_two_schedulers_and_one_killed(stage: Stage, report: Callable) -> None:
    """Redis is away, so that both hold its lock: only the database keeps them from firing twice."""
    stage.set_scene(schedulers=2)
    stage.children["valkey"].kill()
    first = _every_minute(stage)
    for minutes in range(AT_A_TIME, MINUTES + 1, AT_A_TIME):
        stage.set_clock(minutes * 60)
        if minutes == MINUTES // 2:
            stage.children["scheduler0"].kill()
        until(lambda: stage.number(NUMBER) >= minutes, f"{minutes} runs", within=30)  # noqa: B023
        stage.mend()
    began = time.monotonic()
    stage.start_valkey()
    stage.settle()
    due, promised = zip(*stage.rows(RUNS), strict=True)
    minutely = [first + timedelta(minutes=nth) for nth in range(len(due))]
    assert [_instant(at) for at in due] == minutely
    assert stage.number(TASKS) == len(due)
    row = look("2 schedulers, one kill -9", stage, promised, counted(stage), recovery=time.monotonic() - began)
    report(row).check()


@pytest.mark.parametrize("hours", [1, -1])
def test_clock_jumps(stage: Stage, report: Callable, hours: int) -> None:
    stage.set_scene()
    stage.start_web()
    stage.sink_mode("slow 2")
    client = Client(port=stage.web_port)
    client.send(f"Before {number}" for number in range(2 * THREADS))
    until(lambda: stage.number(HELD) >= THREADS, "mails under way")
    stage.set_clock(hours * 3600)
    jumped = time.monotonic()
    client.send(f"After {number}" for number in range(2 * THREADS))
    stage.settle()
    assert stage.number(DEATHS) == 0
    words = f"clock jumps {hours:+d} h"
    report(look(words, stage, client.acknowledged, letters(stage), recovery=time.monotonic() - jumped)).check()


def _every_minute(stage: Stage) -> datetime:
    """A schedule of the next minutes, every one of which counts; returns the first instant."""
    first = stage.app.clock.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    with stage.app.uow.transaction():
        stage.app.schedules.add(
            Schedule(name="fault", task="fault.tick", cron="* * * * *", missed="all", next_due=first)
        )
    return first


def _instant(value: object) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
