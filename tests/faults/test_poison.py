"""A task that kills what runs it dies after three deaths; two hundred innocents around it are done exactly once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.faults.checker import counted, letters, look
from tests.faults.enqueue import poison, tasks
from tests.faults.processes import until
from tests.faults.stage import Stage

STATE = "SELECT state, deaths, error FROM tasks WHERE id = :id"
DONE = "SELECT count(*) FROM fault_effects"
HEAVY = {"fault.memory": 0, "fault.heavy-exit": 3, "fault.heavy-loop": 3}


@pytest.mark.parametrize("name", ["fault.exit", "fault.segfault", "fault.loop"])
def test_poison_among_innocents(stage: Stage, report: Callable, name: str) -> None:
    stage.set_scene()
    promised = tasks(stage.app, 100)
    killer = poison(stage.app, name)
    promised += tasks(stage.app, 100)
    innocents = until(lambda: stage.mend() or stage.number(DONE) >= 200, "the innocents", within=90)
    stage.settle(within=120)
    assert stage.rows(STATE, id=killer)[0][:2] == ("dead", 3)
    until(lambda: _alerted(stage), "the alert mail", within=10)
    report(look(f"poison {name} among 200 innocents", stage, promised, counted(stage), recovery=innocents)).check()


@pytest.mark.parametrize("name", HEAVY)
def test_heavy_poison_among_innocents(stage: Stage, report: Callable, name: str) -> None:
    stage.set_scene()
    killer, promised = poison(stage.app, name), tasks(stage.app, 200)
    pids = [worker.pid for worker in stage.workers]
    innocents = until(lambda: stage.number(DONE) >= 200, "the innocents", within=30)
    stage.settle(within=90)
    assert stage.rows(STATE, id=killer)[0][:2] == ("dead", HEAVY[name])
    assert [worker.pid for worker in stage.workers] == pids
    row = look(f"poison {name} among 200 innocents", stage, promised, counted(stage), recovery=innocents)
    report(row).check(doubts=3)


def _alerted(stage: Stage) -> bool:
    return sum(letters(stage).values()) == 1
