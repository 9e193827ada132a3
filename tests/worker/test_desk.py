"""A worker process that a task does not let go of ends itself in time, and says last which task it was.

One whose database is away waits: that is no fault of the task.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.domain.tasks import State
from entrypoints.worker.desk import STUCK

SRC = Path(__file__).parents[2] / "src"
STUCK_IN_ONE_OF_TWO = """
import sys, threading
from core.ports.queue import Claim
from entrypoints.config import Settings
from entrypoints.container import build
from entrypoints.worker.desk import Desk

desk = Desk(build(Settings(database_url=sys.argv[1])))
patient, stuck = (
    Claim(id=id, name="a.task", payload={}, token="tok", attempts=0, deaths=0, in_doubt=0, age=0.0)
    for id in ("tsk_patient", "tsk_stuck")
)
with desk.inside([patient, stuck]), desk.limited(patient, 60.0), desk.limited(stuck, 0.3):
    desk.sit()
    threading.Event().wait(30.0)
"""

WAITS_LONGER_THAN_ITS_LIMIT = """
import sys
from core.domain.kernel.errors import Rejected, Unavailable
from core.domain.kernel.marks import Effects, task
from entrypoints.config import Settings
from entrypoints.container import build
from entrypoints.worker.desk import Desk
from entrypoints.worker.drain import Drain

class Calls:
    def __init__(self, app): ...

    @task("calls.call", queue="calls", effects=Effects.OUTSIDE, limit=0.3)
    def call(self, run, how):
        with run.start():
            pass
        if how == "refused":
            raise Rejected("The number does not exist.")

class AbsentLedger:
    def __init__(self, ledger, step):
        self._ledger, self._step, self._absences = ledger, step, 4  # four pauses last 0.75 s at least

    def __getattr__(self, name):
        if name == self._step and self._absences:
            if self._absences == 4:
                desk.sit()  # whoever beats looks at the limit now, and not only in 3 s
            self._absences -= 1
            raise Unavailable("The database does not answer.")
        return getattr(self._ledger, name)

url, step, how = sys.argv[1:]
settings = Settings(database_url=url)
whole = build(settings)
app = build(settings, [Calls], uow=whole.uow, ledger=AbsentLedger(whole.ledger, step))
app.catalogue.bind(app.marked)
with app.uow.transaction():
    app.outbox.enqueue("calls.call", {"how": how})
desk = Desk(app)
drain = Drain(app, desk, lambda: False)
drain.run("calls")
drain.close()
desk.leave()
"""


def run(script, *arguments):
    """The exit code of a process of its own."""
    env = {**os.environ, "PYTHONPATH": str(SRC)}
    return subprocess.run([sys.executable, "-c", script, *arguments], env=env, timeout=20, check=False).returncode


def test_desk_ends_the_process_at_the_limit_and_names_the_stuck_task(make_app):
    app = make_app()
    url = app.uow.url.render_as_string(hide_password=False)
    began = time.monotonic()
    ended = run(STUCK_IN_ONE_OF_TWO, url)
    assert (ended, [sign.doing for sign in app.life_signs.seen()]) == (STUCK, [("tsk_stuck",)])
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("step", "how", "end"),
    [("start", "well", State.DONE), ("settle", "well", State.DONE), ("settle", "refused", State.DEAD)],
)
def test_a_database_that_is_away_for_longer_than_the_limit_ends_no_process(make_app, step, how, end):
    app = make_app()
    assert run(WAITS_LONGER_THAN_ITS_LIMIT, app.uow.url.render_as_string(hide_password=False), step, how) == 0
    with app.uow.reading():
        (called,) = [found for found in app.ledger.recent(9) if found.name == "calls.call"]
    assert (called.state, called.attempts, called.deaths) == (end, 1, 0)
