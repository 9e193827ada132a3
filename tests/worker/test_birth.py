"""A process is taken for ended only where that is certain: begun on this boot, in this pid namespace, and gone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from core.ports.queue import LifeSign
from entrypoints.worker.birth import certificate, has_ended

SAY = "from entrypoints.worker.birth import certificate; print(certificate(), flush=True); input()"
SRC = Path(__file__).parents[2] / "src"

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc here: no proof, 15 s")


@contextmanager
def process() -> Iterator[tuple[subprocess.Popen[str], LifeSign]]:
    """A process that said its certificate and waits."""
    words = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    began = subprocess.Popen([sys.executable, "-c", SAY], env={**os.environ, "PYTHONPATH": str(SRC)}, **words)
    assert began.stdout is not None
    try:
        yield began, LifeSign(worker="wrk_1", beat=0, pid=began.pid, birth=began.stdout.readline().strip())
    finally:
        began.kill()
        began.wait(10)


def test_a_living_process_has_not_ended():
    with process() as (_, sign):
        assert not has_ended(sign)


def test_a_killed_process_has_ended_before_and_after_it_is_waited_for():
    with process() as (began, sign):
        began.kill()
        os.waitid(os.P_PID, began.pid, os.WEXITED | os.WNOWAIT)
        assert has_ended(sign)
        began.wait(10)
        assert has_ended(sign)


def test_a_pid_that_is_another_process_by_now_has_ended():
    with process() as (_, sign):
        place, _, started = sign.birth.rpartition(" ")
        assert has_ended(replace(sign, birth=f"{place} {int(started) - 1}"))


def test_what_began_elsewhere_is_never_certain():
    boot, namespace, started = certificate().split(" ")
    elsewhere = [f"{boot[:-1]}x {namespace} {started}", f"{boot} {int(namespace) + 1} {started}", started, ""]
    with process() as (began, sign):
        began.kill()
        began.wait(10)
        assert [has_ended(replace(sign, birth=birth)) for birth in elsewhere] == [False] * 4
