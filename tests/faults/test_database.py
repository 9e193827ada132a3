"""The database is restarted hard under load, or has no room: nothing acknowledged is lost, nothing happens twice."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from tests.faults.checker import letters, look
from tests.faults.client import Client
from tests.faults.ground import Ground
from tests.faults.processes import until
from tests.faults.stage import THREADS, Stage

POSTS, RESTARTS = 300, 3
LONG = "word " * 1900


def test_database_restarted_under_load(stage: Stage, report: Callable, faults_ground: Ground) -> None:
    if not faults_ground.can_restart:
        pytest.skip("TEST_DATABASE_URL's server is not ours to restart; unset it, and one from a wheel is used")
    stage.set_scene()
    stage.start_web()
    client, back = Client(port=stage.web_port), 0.0
    with client.sending(f"Message {number}" for number in range(POSTS)):
        for nth in range(RESTARTS):
            until(lambda: len(client.acknowledged) >= (nth + 1) * 60, "answers", within=60)  # noqa: B023
            faults_ground.restart()
            back = time.monotonic()
    stage.settle()
    words = f"PostgreSQL restarted hard {RESTARTS} times under load"
    row = look(words, stage, client.acknowledged, letters(stage), recovery=time.monotonic() - back)
    report(row).check(doubts=THREADS * RESTARTS)
    assert sum(letters(stage).values()) == POSTS  # nobody sends again because a settlement had to wait
    assert {status for status, _ in client.refusals} <= {503}


def test_disk_full(make_stage: Callable[..., Stage], report: Callable) -> None:
    stage = make_stage("sqlite")
    full = stage.folder / "full"
    stage.set_scene(PAGES_FILE=str(full))
    stage.start_web(PAGES_FILE=str(full))
    client = Client(port=stage.web_port, message=LONG)
    client.send(f"Room {number}" for number in range(10))
    full.touch()
    until(lambda: client.post("No room")[0] == 503, "a refusal for want of room", within=30)
    assert "no room to write" in client.refusals[-1][1]
    with client.sending(f"Patient {number}" for number in range(20)):
        until(lambda: len(client.refusals) >= 10, "more refusals")
        full.unlink()
        room = time.monotonic()
    stage.settle()
    assert {status for status, _ in client.refusals} == {503}
    words = "disk full, then room again (SQLite)"
    report(look(words, stage, client.acknowledged, letters(stage), recovery=time.monotonic() - room)).check()
