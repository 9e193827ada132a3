"""A worker process that a task does not let go of ends itself in time, and says last which task it was."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

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


def test_desk_ends_the_process_at_the_limit_and_names_the_stuck_task(make_app):
    app = make_app()
    url = app.uow.url.render_as_string(hide_password=False)
    began = time.monotonic()
    env = {**os.environ, "PYTHONPATH": str(SRC)}
    ended = subprocess.run([sys.executable, "-c", STUCK_IN_ONE_OF_TWO, url], env=env, timeout=20, check=False)
    assert (ended.returncode, [sign.doing for sign in app.life_signs.seen()]) == (STUCK, [("tsk_stuck",)])
    assert time.monotonic() - began < 10
