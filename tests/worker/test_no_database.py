"""A worker that starts before its database does waits for it, says so, and can be told to stop meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.queue.inline import InlineWakeUps
from entrypoints.config import Settings
from entrypoints.container import build

ROOT = Path(__file__).parents[2]


@pytest.fixture
def begin(redis, valkey, tmp_path):
    """Begin a worker whose database has no tables yet; return it once it said that it waits."""
    begun = []

    def begin_(*words):
        env = {**os.environ, "REDIS_URL": valkey, "DATABASE_URL": f"sqlite:///{tmp_path}/late.db"}
        command = [sys.executable, "worker.py", *words]
        begun.append(subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True))
        assert any("waiting for the database" in line for line in begun[-1].stderr)
        return begun[-1]

    yield begin_
    for worker in begun:
        worker.kill()
        worker.communicate()


def test_worker_begins_when_its_database_is_there(begin, tmp_path):
    worker = begin("--burst")
    app = build(Settings(database_url=f"sqlite:///{tmp_path}/late.db"), wake_ups=InlineWakeUps())
    app.migrations.upgrade()
    said = worker.communicate(timeout=30)[1]
    app.uow.dispose()
    assert (worker.returncode, "Traceback" in said) == (0, False)


def test_worker_that_waits_for_its_database_stops_when_told(begin):
    worker = begin()
    worker.send_signal(signal.SIGTERM)
    said = worker.communicate(timeout=30)[1]
    assert (worker.returncode, "Traceback" in said) == (0, False)
