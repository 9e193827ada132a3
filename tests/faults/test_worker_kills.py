"""A worker is killed -9 at each point of a task's way; what it held runs again, once, within 30 s."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from tests.faults.checker import Row, counted, letters, look
from tests.faults.enqueue import deliveries, tasks
from tests.faults.processes import until
from tests.faults.stage import THREADS, Stage

from entrypoints.worker.clock import STILL_SECONDS

OUTSIDE = {
    "uow.lazy:before": 0,  # the wake-up is taken, nothing is claimed
    "uow.lazy:after": 0,  # claimed and committed, nothing begun
    "journal.enter:before": THREADS,  # no mark is written; the other threads are anywhere
    "journal.enter:after": THREADS,  # the marks are committed, nobody was called yet
    "ledger.start:after": THREADS,  # the mark is written with ends of others, but not committed
    "mail.send:before": THREADS,
    "mail.send:after": THREADS,
    "ledger.settle:after": THREADS,  # the settlement is written, but not committed
}
UNHARMED = {"ledger.settle:after": 4}
"""The first settlements of a worker go with the starts and settle nothing yet."""
INSIDE = ("ledger.claim:after", "ledger.settle:after", "uow.transaction:after")
FLAVOURS = ("faulty", "faulty rq")
COMMANDS = {"faulty": "python worker.py", "faulty rq": "rq worker"}


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("point", OUTSIDE)
def test_worker_killed_around_an_outside_call(stage: Stage, report: Callable, point: str, flavour: str) -> None:
    _arm(stage, point, flavour, skip=UNHARMED.get(point, 0))
    promised = deliveries(stage.app, 40)
    died = at_death(stage)
    stage.settle()
    words = f"worker ({COMMANDS[flavour]}) kill -9 at {point}"
    report(look(words, stage, promised, letters(stage), recovery=_since(died))).check(doubts=OUTSIDE[point])


def test_worker_killed_where_nobody_can_see_its_process(stage: Stage, report: Callable) -> None:
    """As on another machine: only its beat, standing still for 15 s, says that it is dead."""
    _arm(stage, "mail.send:after", "faulty")
    with stage.app.uow.transaction():
        stage.app.uow.connection.execute(text("UPDATE workers SET birth = ''"))
    promised = deliveries(stage.app, 40)
    died = at_death(stage)
    stage.settle()
    words = "worker on another machine kill -9 at mail.send:after"
    row = report(look(words, stage, promised, letters(stage), recovery=_since(died)))
    row.check(doubts=THREADS)
    assert row.recovery >= STILL_SECONDS - 3  # its last beat may have come three seconds before its death


@pytest.mark.parametrize("point", INSIDE)
def test_worker_killed_inside_our_database(stage: Stage, report: Callable, point: str) -> None:
    _arm(stage, point, "faulty")
    promised = tasks(stage.app, 400)
    died = at_death(stage)
    stage.settle()
    row = look(f"worker kill -9 in our database at {point}", stage, promised, counted(stage), recovery=_since(died))
    report(row).check()


def test_worker_killed_on_sqlite(make_stage: Callable[..., Stage], report: Callable) -> None:
    stage = make_stage("sqlite")
    _arm(stage, "mail.send:after", "faulty")
    promised, keys = deliveries(stage.app, 20), tasks(stage.app, 100)
    died = at_death(stage)
    stage.settle()
    both = letters(stage) + counted(stage)
    row = look("worker kill -9 at mail.send:after, on SQLite", stage, promised + keys, both, recovery=_since(died))
    report(row).check(doubts=THREADS)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("who", ["self", "parent", "both"])
def test_heavy_task_when_child_or_parent_is_killed(stage: Stage, report: Callable, who: str, flavour: str) -> None:
    """The kill point lies in the child, after its effect: `parent` lets the child live on and settle."""
    _arm(stage, "journal.enter:before", flavour, who=who, skip=1)
    effects = stage.folder / "effects"
    promised = [_write(stage, f"heavy{number}", str(effects)) for number in range(6)]
    died = at_death(stage)
    stage.settle()
    done = Counter(line.split("\t")[0] for line in effects.read_text().splitlines())
    names = {"self": "child", "parent": "parent", "both": "child and parent"}
    words = f"heavy task ({COMMANDS[flavour]}), {names[who]} kill -9"
    row = look(words, stage, promised, done, recovery=_since(died))
    report(row).check(doubts=THREADS)


def test_row_of_a_loss_fails() -> None:
    row = Row(fault="x", acknowledged=2, lost=1, doubled=0, in_doubt=0, recovery=1.0)
    with pytest.raises(AssertionError):
        row.check()


def at_death(stage: Stage) -> float:
    """Wait until the kill point was reached, then send another worker; returns the instant of the death."""
    until(stage.flag.exists, "a process to reach its kill point", within=30)
    died = time.monotonic()
    stage.start_worker()
    return died


def _arm(stage: Stage, point: str, flavour: str, **how: Any) -> None:
    """One worker, which will meet its kill point because it gets everything."""
    stage.set_scene(workers=[])
    stage.start_worker(flavour, **stage.kill_once(point, **how))
    stage.await_workers(1)


def _write(stage: Stage, key: str, path: str) -> str:
    with stage.app.uow.transaction():
        return str(stage.app.outbox.enqueue("fault.write", {"key": key, "path": path}).id)


def _since(instant: float) -> float:
    return time.monotonic() - instant
