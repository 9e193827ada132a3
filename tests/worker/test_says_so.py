"""Site, worker and scheduler say when they start and when they stop, once each."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMANDS = {"web": ["-m", "entrypoints.web.serve"], "worker": ["worker.py"], "scheduler": ["worker.py", "scheduler"]}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize("name", COMMANDS)
def test_start_and_stop_are_told_once(redis, valkey, file_url, name):
    ours = {"PYTHONPATH": "src", "REDIS_URL": valkey, "DATABASE_URL": file_url, "PORT": str(free_port())}
    command = [sys.executable, *COMMANDS[name]]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **ours}, stderr=subprocess.PIPE, text=True) as process:
        assert any("[info     ] started" in line for line in process.stderr)
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=30)[1]
    assert (process.returncode, said.count("started"), said.count("[info     ] stopping")) == (0, 0, 1)
