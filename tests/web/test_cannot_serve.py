"""A web process that cannot serve says in one sentence what, why and what to do, and exits with 2."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def refusal(module="entrypoints.web.serve", **settings):
    """All that a process of its own says; it must end with 2."""
    env = {**os.environ, "PYTHONPATH": "src", **settings}
    ran = subprocess.run([sys.executable, "-m", module], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 2, ran.stderr
    return ran.stderr


def test_port_of_another_program_is_told():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = refusal(PORT=port)
    assert said == (
        f"The site cannot listen on 127.0.0.1, port {port}: Address already in use. "
        "Stop the program that holds it, or set another PORT or ENGINEBAY_HOST.\n"
    )


def test_home_that_cannot_be_is_told_by_site_and_first_start(tmp_path):
    (tmp_path / "file").touch()
    home = str(tmp_path / "file" / "home")
    said = [refusal(module, ENGINEBAY_HOME=home) for module in ("entrypoints.web.serve", "entrypoints.first_start")]
    assert (
        said
        == [
            f"The state cannot be kept in {home}: Not a directory. "
            "Give it another folder: set ENGINEBAY_HOME, start again.\n"
        ]
        * 2
    )
