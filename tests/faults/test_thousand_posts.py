"""A thousand messages by HTTP while workers are killed -9, and Redis is killed and emptied: a thousand mails."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator

from tests.faults.checker import Row, letters, look
from tests.faults.client import Client
from tests.faults.processes import Child, until
from tests.faults.stage import THREADS, Stage

POSTS, KILLS = 1000, 3
A_SECOND = 50
"""Posts, so that there are still some to come at the last kill."""
CARRY = "slow 0.25"
"""Seconds the mail server takes for a letter, so that a worker always holds some when it is killed."""
AT_ONCE = 1.0
DOUBTS = "SELECT id, in_doubt FROM tasks WHERE in_doubt > 0"


def test_thousand_posts_while_workers_and_redis_are_killed(stage: Stage, report: Callable) -> None:
    stage.set_scene(workers=["python", "rq"])
    stage.sink_mode(CARRY)
    stage.start_web(flavour="python")
    client = Client(port=stage.web_port)
    with client.sending(_paced(f"Message {number}" for number in range(POSTS))):
        report(_kill_a_worker(stage, client, 1, after=150)).check(doubts=THREADS)
        report(_kill_a_worker(stage, client, 2, after=300, meanwhile=lambda: _lose_redis(stage, client))).check(
            doubts=THREADS
        )
        report(_kill_a_worker(stage, client, 3, after=700)).check(doubts=THREADS)
    answered = time.monotonic()
    stage.settle()
    words = "1,000 posts, Redis killed and emptied, 3 workers kill -9"
    row = look(words, stage, client.acknowledged, letters(stage), recovery=time.monotonic() - answered)
    report(row).check(doubts=THREADS * KILLS)
    print(f"letters {sum(letters(stage).values())}, in doubt {row.in_doubt}, slowest post {client.slowest:.2f} s")
    assert (row.acknowledged, len(letters(stage)), client.refusals) == (POSTS, POSTS, [])
    assert client.slowest <= AT_ONCE


def _paced(subjects: Iterator[str]) -> Iterator[str]:
    began = time.monotonic()
    for nth, subject in enumerate(subjects):
        time.sleep(max(0.0, began + nth / A_SECOND - time.monotonic()))
        yield subject


def _await(client: Client, acknowledged: int) -> None:
    until(lambda: len(client.acknowledged) >= acknowledged, f"{acknowledged} answers", within=120)


def _kill_a_worker(
    stage: Stage, client: Client, nth: int, *, after: int, meanwhile: Callable[[], None] = lambda: None
) -> Row:
    """Kill one that holds tasks; the row is about those, and ends when they have."""
    _await(client, after)
    victim, held = _stopped_holding(stage)
    victim.kill()
    died = time.monotonic()
    meanwhile()
    until(lambda: stage.mend() or stage.open_among(held) == 0, "what it held to end", within=60)
    recovery = time.monotonic() - died
    taken, doubts = letters(stage), dict(stage.rows(DOUBTS))
    return Row(
        fault=f"  kill {nth} of {KILLS}: what the worker held",
        acknowledged=len(held),
        lost=sum(taken[task] == 0 for task in held),
        doubled=sum(max(0, taken[task] - 1 - int(str(doubts.get(task, 0)))) for task in held),
        in_doubt=sum(int(str(doubts.get(task, 0))) for task in held),
        recovery=recovery,
    )


def _stopped_holding(stage: Stage) -> tuple[Child, list[str]]:
    """A worker, stopped in the middle of its tasks, so that what it holds can be written down before it is killed."""
    found: list[tuple[Child, list[str]]] = []

    def is_found() -> bool:
        stage.mend()
        for worker in stage.workers:
            worker.send(signal.SIGSTOP)
            held = stage.held_by(worker)
            if held:
                found.append((worker, held))
                return True
            worker.send(signal.SIGCONT)
        return False

    until(is_found, "a worker to hold tasks", within=60)
    return found[0]


def _lose_redis(stage: Stage, client: Client) -> None:
    """Kill Redis, see a hundred more posts answered without it, and bring it back empty."""
    stage.children["valkey"].kill()
    _await(client, len(client.acknowledged) + 100)
    stage.start_valkey()
