"""The mail server refuses, hangs, says later or never, or hangs up after it took the letter."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from tests.faults.checker import letters, look
from tests.faults.enqueue import deliveries
from tests.faults.processes import until
from tests.faults.stage import THREADS, Stage

from entrypoints.worker.clock import STILL_SECONDS

TRIED = "SELECT count(*) FROM tasks WHERE attempts >= 1 AND state = 'retry'"
BEGUN = "SELECT count(*) FROM tasks WHERE started_at IS NOT NULL AND state = 'running'"
DEAD = "SELECT DISTINCT state, attempts, error FROM tasks WHERE name = 'contact.deliver'"
MAILS = 40


def test_mail_server_refuses_connections(stage: Stage, report: Callable) -> None:
    stage.set_scene()
    stage.children["sink"].kill()
    del stage.children["sink"]
    promised = deliveries(stage.app, MAILS)
    until(lambda: stage.number(TRIED) >= MAILS // 2, "tries in vain")
    stage.start_sink()
    _close(stage, report, "SMTP refuses connections", promised)


def test_mail_server_hangs_longer_than_a_lease(stage: Stage, report: Callable) -> None:
    """It takes the letter and answers late: the beat goes on, nobody takes the claims, nothing is sent twice."""
    stage.set_scene()
    stage.sink_mode(f"slow {STILL_SECONDS + 2}")
    promised = deliveries(stage.app, THREADS)
    until(lambda: stage.number(BEGUN) == THREADS, "every thread to wait")
    _close(stage, report, f"SMTP answers after {STILL_SECONDS + 2:.0f} s", promised)


def test_mail_server_never_says_a_word(stage: Stage, report: Callable) -> None:
    stage.set_scene()
    stage.sink_mode("mute")
    promised = deliveries(stage.app, 2 * THREADS)
    until(lambda: stage.number(TRIED) >= THREADS, "the first to give up", within=40)
    stage.sink_mode("ok")
    _close(stage, report, "SMTP hangs at the greeting for 20 s", promised)


@pytest.mark.parametrize(("mode", "words"), [("busy", "421 at the greeting"), ("later", "451 to the recipient")])
def test_mail_server_says_later(stage: Stage, report: Callable, mode: str, words: str) -> None:
    stage.set_scene()
    stage.sink_mode(mode)
    promised = deliveries(stage.app, MAILS)
    until(lambda: stage.number(TRIED) >= MAILS // 2, "tries in vain")
    stage.sink_mode("ok")
    _close(stage, report, f"SMTP says {words}", promised)


def test_mail_server_says_never(stage: Stage, report: Callable) -> None:
    """Refused for good is not tried again; when somebody has mended it, one click sends it."""
    stage.set_scene()
    stage.sink_mode("never")
    promised = deliveries(stage.app, MAILS)
    stage.settle()
    ((state, attempts, error),) = stage.rows(DEAD)
    assert (state, attempts) == ("dead", 1)
    assert "550 no such mailbox" in str(error)
    assert letters(stage) == {}
    stage.sink_mode("ok")
    for task in promised:
        with stage.app.uow.transaction():
            stage.app.tasks.retry(task)
    _close(stage, report, "SMTP says 550, retried by hand", promised)


def test_mail_server_hangs_up_after_it_took_the_letter(stage: Stage, report: Callable) -> None:
    """Nobody can know: it is sent again under the same Message-ID, and counted as in doubt."""
    stage.set_scene()
    stage.sink_mode(f"reset {THREADS}")
    promised = deliveries(stage.app, MAILS)
    row = _close(stage, report, f"SMTP resets {THREADS} connections after DATA", promised, doubts=THREADS)
    assert (row.in_doubt, sum(letters(stage).values())) == (THREADS, MAILS + THREADS)


def _close(stage: Stage, report: Callable, fault: str, promised: list[str], doubts: int = 0):  # type: ignore[no-untyped-def]
    began = time.monotonic()
    stage.settle()
    row = report(look(fault, stage, promised, letters(stage), recovery=time.monotonic() - began))
    row.check(doubts=doubts)
    return row
