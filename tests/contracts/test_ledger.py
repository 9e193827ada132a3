"""What the ledger promises, whatever keeps it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.domain.kernel.errors import NotFound
from core.domain.kernel.ids import new_id
from core.domain.tasks import State, Task
from core.ports.queue import Claim, Outcome, Progress

WAYS = ("hashjoin", "mergejoin", "hashagg", "sort", "material", "memoize", "indexscan", "bitmapscan")
"""How PostgreSQL could find rows more cleverly than by looking for each anew."""


@pytest.fixture
def write(kept, clock):
    """Write one task, committed, and return its id."""

    def written(**fields) -> str:
        clock.pass_by(milliseconds=1)
        task = Task(id=new_id("tsk", clock.now()), name="a.task", queue="q", payload={"n": 1}, created_at=clock.now())
        for name, value in fields.items():
            setattr(task, name, value)
        with kept.uow.transaction():
            return kept.ledger.add([task])[0].id

    return written


def claim(kept, token="tok_1", most=10, **how):
    with kept.uow.lazy():
        return [found.id for found in kept.ledger.claim("q", "wrk_1", token, most, **how)]


def settle(kept, *outcomes, token="tok_1"):
    with kept.uow.transaction():
        return kept.ledger.settle([Outcome(token=token, **fields) for fields in outcomes])


def start(kept, task_id, token="tok_1"):
    begun = Claim(id=task_id, name="a.task", payload={}, token=token, attempts=0, deaths=0, in_doubt=0, age=0.0)
    with kept.uow.transaction():
        return kept.ledger.start([begun])


def read(kept, task_id):
    with kept.uow.reading():
        return kept.ledger.get(task_id)


def test_add_wakes_the_queue_after_the_commit(kept, write):
    write()
    assert kept.wake_ups.woken == ["q"]


def test_add_undone_leaves_nothing_and_wakes_nobody(kept, clock):
    task = Task(id=new_id("tsk", clock.now()), name="a.task", queue="q", payload={}, created_at=clock.now())
    with pytest.raises(ZeroDivisionError), kept.uow.transaction():
        kept.ledger.add([task])
        raise ZeroDivisionError
    assert kept.wake_ups.woken == []
    with pytest.raises(NotFound), kept.uow.reading():
        kept.ledger.get(task.id)


def test_dedupe_key_returns_the_waiting_task(kept, write):
    first = write(dedupe_key="k")
    assert write(dedupe_key="k") == first


def test_those_who_ask_for_the_same_task_at_once_get_one(kept, clock):
    """None of them is refused: what asked for the task would be undone with it."""
    together = threading.Barrier(4)

    def ask(number):
        made = new_id("tsk", clock.now())
        task = Task(id=made, name="a.task", queue="q", payload={}, created_at=clock.now(), dedupe_key=f"k{number}")
        together.wait(10)
        with kept.uow.transaction():
            return kept.ledger.add([task])[0].id

    with ThreadPoolExecutor(4) as pool:
        for turn in range(5):
            assert len(set(pool.map(ask, [turn] * 4))) == 1


def test_dedupe_key_lets_one_more_wait_while_one_runs(kept, write):
    first = write(dedupe_key="k")
    claim(kept)
    second = write(dedupe_key="k")
    assert second != first
    settle(kept, dict(id=first, state=State.RETRY, error="no"))
    assert read(kept, first).dedupe_key is None
    assert read(kept, second).dedupe_key == "k"


def test_claim_takes_priority_then_age(kept, write):
    old, urgent, young = write(), write(priority=1), write()
    assert claim(kept, most=1) == [urgent]
    assert claim(kept, most=1) == [old]
    assert claim(kept, most=1) == [young]


def test_claim_takes_no_more_than_asked_whatever_the_plan(kept, write):
    """PostgreSQL may look for the rows anew for each row of the outer table, and finds others when those are locked."""
    tasks = [write() for _ in range(5)]
    is_planned = not getattr(kept.uow, "is_sqlite", True)
    with kept.uow.lazy():
        for way in WAYS if is_planned else ():
            kept.uow.connection.exec_driver_sql(f"SET enable_{way} = off")
        claimed = kept.ledger.claim("q", "wrk_1", "tok_1", 2)
        if is_planned:
            kept.uow.connection.exec_driver_sql("RESET ALL")
    assert [found.id for found in claimed] == tasks[:2]


def test_claim_leaves_scheduled_tasks_until_promoted(kept, write, clock):
    later = write(state=State.SCHEDULED, due_at=clock.now())
    clock.pass_by(minutes=-1)
    with kept.uow.transaction():
        assert kept.ledger.promote() == set()
    clock.pass_by(minutes=2)
    assert claim(kept) == []
    with kept.uow.transaction():
        assert kept.ledger.promote() == {"q"}
    assert claim(kept) == [later]


def test_settle_ends_a_task(kept, write, clock):
    plain, spoken = write(), write()
    claim(kept)
    done = settle(kept, dict(id=plain, state=State.DONE), dict(id=spoken, state=State.DONE, result={"a": 1}))
    assert done == {plain, spoken}
    assert read(kept, spoken).result == {"a": 1}
    ended = read(kept, plain)
    assert (ended.state, ended.attempts, ended.finished_at, ended.token) == (State.DONE, 1, clock.now(), None)


def test_keep_writes_how_far_a_task_is_and_survives_its_failure(kept, write):
    task_id = write()
    claim(kept)
    with kept.uow.transaction():
        assert kept.ledger.keep(task_id, "tok_1", {"place": "b"})
    settle(kept, {"id": task_id, "state": State.DEAD, "error": "No route."})
    assert (read(kept, task_id).state, read(kept, task_id).result) == (State.DEAD, {"place": "b"})


@pytest.mark.parametrize("token", ["tok_1", "tok_2"])
def test_keep_writes_nothing_once_the_claim_is_lost_or_cancelled(kept, write, token):
    task_id = write()
    claim(kept)
    with kept.uow.transaction():
        if token == "tok_1":
            kept.tasks.cancel(task_id)
    with kept.uow.transaction():
        assert not kept.ledger.keep(task_id, token, {"place": "b"})
    assert read(kept, task_id).result is None


def test_settle_with_a_lost_claim_writes_nothing(kept, write):
    task = write()
    claim(kept, token="tok_1")
    with kept.uow.transaction():
        kept.ledger.take_back("wrk_1", [])
    claim(kept, token="tok_2")
    assert settle(kept, dict(id=task, state=State.DONE), token="tok_1") == set()
    assert read(kept, task).state == State.RUNNING
    assert settle(kept, dict(id=task, state=State.DONE), token="tok_2") == {task}


def test_hold_returns_only_what_is_still_ours(kept, write):
    task = write()
    claim(kept)
    with kept.uow.transaction():
        assert kept.ledger.hold([task, "tsk_unknown"], "tok_1") == {task}
        assert kept.ledger.hold([task], "tok_2") == set()


def test_retry_waits_for_its_delay(kept, write, clock):
    task = write()
    claim(kept)
    settle(kept, dict(id=task, state=State.RETRY, error="not now", delay=60))
    waiting = read(kept, task)
    assert (waiting.state, waiting.attempts, waiting.error) == (State.RETRY, 1, "not now")
    clock.pass_by(seconds=61)
    with kept.uow.transaction():
        kept.ledger.promote()
    assert claim(kept) == [task]


def test_start_counts_a_second_begin_as_in_doubt(kept, write):
    task = write()
    for token in ("tok_1", "tok_2"):
        claim(kept, token=token, suspects=token == "tok_2")
        assert start(kept, task, token) == {task}
        if token == "tok_1":
            with kept.uow.transaction():
                kept.ledger.take_back("wrk_1", [])
    started = read(kept, task)
    assert (started.in_doubt, started.attempts, started.deaths) == (1, 2, 1)


def test_an_unanswered_call_is_counted_as_in_doubt_once(kept, write):
    task = write()
    for tries in (1, 2):
        claim(kept)
        assert start(kept, task) == {task}
        settle(kept, dict(id=task, state=State.READY, error="no answer", in_doubt=2 - tries))
    assert (read(kept, task).in_doubt, read(kept, task).attempts) == (1, 2)


def test_take_back_charges_what_begins_with_its_claim(kept, write):
    ours, other = write(), write(name="another.task")
    claim(kept)
    with kept.uow.transaction():
        kept.ledger.take_back("wrk_1", [], ["a.task"])
    assert [(read(kept, task).deaths, read(kept, task).state) for task in (ours, other)] == [(1, "ready"), (0, "ready")]


def test_start_refuses_a_lost_claim(kept, write):
    task = write()
    claim(kept)
    assert start(kept, task, "tok_other") == set()


def test_give_back_is_uncharged(kept, write):
    task = write()
    claim(kept)
    with kept.uow.transaction():
        kept.ledger.give_back([task], "tok_1")
    returned = read(kept, task)
    assert (returned.state, returned.attempts, returned.deaths) == (State.READY, 0, 0)


def test_take_back_charges_only_what_was_begun(kept, write):
    begun, untouched = write(), write()
    claim(kept)
    with kept.uow.transaction():
        assert kept.ledger.take_back("wrk_1", [begun]) == []
    assert read(kept, begun).deaths == 1
    assert read(kept, untouched).deaths == 0
    assert claim(kept) == [untouched]
    assert claim(kept, suspects=True) == [begun]


def test_claim_of_suspects_takes_the_fewest_deaths_first(kept, write):
    killer, neighbour, urgent = write(), write(), write(priority=1)
    for victims in ([killer], [killer, neighbour, urgent]):
        claim(kept, most=3)
        claim(kept, most=3, suspects=True)
        with kept.uow.transaction():
            kept.ledger.take_back("wrk_1", victims)
    assert [claim(kept, most=1, suspects=True) for _ in range(3)] == [[urgent], [neighbour], [killer]]


def test_three_deaths_end_a_task(kept, write):
    task = write()
    for death in range(3):
        claim(kept, suspects=death > 0)
        with kept.uow.transaction():
            dead = [found.id for found in kept.ledger.died(task, "tok_1")]
        assert dead == ([task] if death == 2 else [])
    assert read(kept, task).state == State.DEAD


def test_cancel_disowns_the_worker(kept, write):
    task = write()
    claim(kept)
    with kept.uow.transaction():
        kept.tasks.cancel(task)
    assert settle(kept, dict(id=task, state=State.DONE)) == set()
    assert read(kept, task).state == State.CANCELLED


def test_retry_of_a_dead_task_makes_it_ready_and_wakes(kept, write):
    task = write()
    claim(kept)
    settle(kept, dict(id=task, state=State.DEAD, error="no"))
    kept.wake_ups.woken.clear()
    with kept.uow.transaction():
        kept.tasks.retry(task)
    assert kept.wake_ups.woken == ["q"]
    assert claim(kept) == [task]


def test_figures_count_by_queue(kept, write, clock):
    write(), write(), write(state=State.SCHEDULED, due_at=clock.now())
    claim(kept, most=1)
    clock.pass_by(seconds=10)
    with kept.uow.reading():
        (seen,) = kept.ledger.figures()
    assert (seen.queue, seen.ready, seen.later, seen.running, seen.dead) == ("q", 1, 1, 1, 0)
    assert 9.9 < seen.oldest < 10.1


def test_waiting_names_queues_with_ready_tasks(kept, write):
    write()
    with kept.uow.reading():
        assert kept.ledger.waiting(["q", "other"]) == {"q"}


def test_prune_deletes_only_old_ends(kept, write, clock):
    old, open_ = write(), write()
    claim(kept, most=1)
    settle(kept, dict(id=old, state=State.DONE))
    clock.pass_by(days=31)
    with kept.uow.transaction():
        assert kept.ledger.prune(clock.now(), most=10) == 1
    assert read(kept, open_).state == State.READY


def test_progress_is_seen_at_once(kept, write):
    task = write()
    kept.life_signs.report(task, Progress(done=1, total=3, message="first"))
    kept.life_signs.report(task, Progress(done=2, total=3, message="second"))
    assert read(kept, task).progress == Progress(done=2, total=3, message="second")


def test_life_signs_beat_until_forgotten(kept):
    kept.life_signs.enter("wrk_1", "host", 42, birth="here 7")
    assert kept.life_signs.beat("wrk_1", ["tsk_1"])
    (sign,) = kept.life_signs.seen()
    assert (sign.worker, sign.beat, sign.doing, sign.pid, sign.birth) == ("wrk_1", 1, ("tsk_1",), 42, "here 7")
    kept.life_signs.leave("wrk_1")
    assert not kept.life_signs.beat("wrk_1", [])


def test_part_is_undone_alone(kept, clock):
    with kept.uow.transaction():
        kept.outbox.enqueue("tasks.clean-up", {"part": 1})
        with pytest.raises(ZeroDivisionError), kept.uow.part():
            kept.outbox.enqueue("tasks.clean-up", {"part": 2})
            raise ZeroDivisionError
        kept.outbox.enqueue("tasks.clean-up", {"part": 3})
    with kept.uow.reading():
        assert sorted(task.payload["part"] for task in kept.ledger.recent(10)) == [1, 3]
