"""How tasks are run: together where only our database is touched, in three steps where the outside is."""

from __future__ import annotations

import threading

import pytest

from core.domain.kernel.errors import Rejected, Unavailable
from core.domain.kernel.marks import Effects, task
from core.domain.tasks import Run, State


class Chores:
    """Tasks that show what can happen to one."""

    def __init__(self, app):
        self.app = app
        self.seen: list[object] = []
        self.released = threading.Event()

    @task("chores.write", queue="ours")
    def write(self, run: Run, word: str) -> dict:
        self.seen.append(word)
        self.app.contact.receive(name=word, email="a@example.com", subject="s", message="m")
        if word == "bad":
            raise ValueError("a bad word")
        return {"word": word}

    @task("chores.once", queue="ours", attempts=1)
    def once(self, run: Run) -> None:
        raise Unavailable("Not today.")

    @task("chores.hang", queue="outside", effects=Effects.OUTSIDE)
    def hang(self, run: Run) -> None:
        self.released.wait(20)

    @task("chores.release", queue="ours")
    def release(self, run: Run) -> None:
        self.released.set()

    @task("chores.call", queue="outside", effects=Effects.OUTSIDE)
    def call(self, run: Run, how: str = "well") -> None:
        with run.start():
            self.seen.append((how, run.attempt))
        if how == "refused":
            raise Rejected("The number does not exist.")
        if how == "away":
            raise Unavailable("Nobody answers.", retry_after=120)
        if how == "cancelled":
            with self.app.uow.transaction():
                self.app.tasks.cancel(run.key)
        after = "chores.unknown" if how == "unwritten" else "chores.write"
        run.settle({"how": how}, lambda: self.app.outbox.enqueue(after, {"word": "after"}))


@pytest.fixture
def chores(make_app):
    return make_app(services=[Chores])


def enqueue(app, name, payload=None):
    with app.uow.transaction():
        return app.outbox.enqueue(name, payload or {}).id


def state(app, task_id):
    with app.uow.reading():
        found = app.ledger.get(task_id)
        return found.state, found.attempts, found.error


def names(app):
    from sqlalchemy import text

    with app.uow.reading():
        return sorted(app.uow.connection.execute(text("SELECT name FROM contact_messages")).scalars())


def test_tasks_on_our_database_run_once_and_end_done(chores, drain_queue):
    ids = [enqueue(chores, "chores.write", {"word": f"w{n}"}) for n in range(120)]
    drain_queue(chores, "ours")
    assert {state(chores, task_id)[0] for task_id in ids} == {State.DONE}
    assert len(names(chores)) == 120


def test_a_failing_task_is_undone_alone(chores, drain_queue):
    good, bad, other = (enqueue(chores, "chores.write", {"word": word}) for word in ("good", "bad", "other"))
    drain_queue(chores, "ours")
    assert names(chores) == ["good", "other"]
    assert state(chores, bad) == (State.RETRY, 1, "ValueError: a bad word")
    assert state(chores, good)[0] == state(chores, other)[0] == State.DONE


def test_a_lone_failing_task_runs_once_and_is_undone(chores, drain_queue):
    bad = enqueue(chores, "chores.write", {"word": "bad"})
    drain_queue(chores, "ours")
    assert (names(chores), state(chores, bad)[:2]) == ([], (State.RETRY, 1))


class HastyLedger:
    """A ledger in which somebody cancels the first task of each claim before it runs."""

    def __init__(self, app):
        self._app, self._ledger = app, app.ledger

    def __getattr__(self, name):
        return getattr(self._ledger, name)

    def claim(self, *args, **how):
        claims = self._ledger.claim(*args, **how)
        for claim in claims[:1]:
            self._ledger.lock(claim.id).cancel(self._app.clock.now())
        return claims


def test_a_task_cancelled_after_its_claim_leaves_no_effect(make_app, drain_queue):
    app = make_app()
    chores = make_app(services=[Chores], uow=app.uow, ledger=HastyLedger(app))
    words = {enqueue(chores, "chores.write", {"word": word}): word for word in ("one", "other")}
    drain_queue(chores, "ours")
    ended = {state(chores, key)[0]: word for key, word in words.items()}  # which was first, made in one millisecond?
    assert ended.keys() == {State.CANCELLED, State.DONE}
    assert names(chores) == [ended[State.DONE]]


def test_hanging_calls_leave_room_for_the_other_queues(chores, drain_queue):
    hanging = [enqueue(chores, "chores.hang") for _ in range(20)]
    release = enqueue(chores, "chores.release")
    drain_queue(chores, "outside", "ours", rest=lambda drain: None)
    assert state(chores, release)[0] == State.DONE
    assert {state(chores, task)[0] for task in hanging} == {State.DONE, State.READY}


def test_a_task_out_of_attempts_is_dead_and_alerts(chores, drain_queue):
    task_id = enqueue(chores, "chores.once")
    drain_queue(chores, "ours")
    assert state(chores, task_id) == (State.DEAD, 1, "Not today.")
    with chores.uow.reading():
        (alert,) = [found for found in chores.ledger.recent(10) if found.name == "alert.task-died"]
    assert alert.payload == {"task_id": task_id, "name": "chores.once", "error": "Not today."}


def test_an_unknown_name_is_dead_not_lost(chores, drain_queue):
    task_id = enqueue(chores, "chores.write", {"word": "x"})
    chores.catalogue.bind(chores.marked)
    del chores.catalogue.verbs["chores.write"]
    drain_queue(chores, "ours")
    assert state(chores, task_id)[0] == State.DEAD
    assert "Nobody declares" in state(chores, task_id)[2]


def test_an_outside_call_settles_with_what_it_writes(chores, drain_queue):
    task_id = enqueue(chores, "chores.call")
    drain_queue(chores, "outside", "ours")
    with chores.uow.reading():
        assert chores.ledger.get(task_id).result == {"how": "well"}
    assert names(chores) == ["after"]


def test_a_permanent_refusal_is_not_tried_again(chores, drain_queue):
    task_id = enqueue(chores, "chores.call", {"how": "refused"})
    drain_queue(chores, "outside")
    assert state(chores, task_id) == (State.DEAD, 1, "The number does not exist.")


def test_retry_after_is_the_least_to_wait(chores, drain_queue):
    task_id = enqueue(chores, "chores.call", {"how": "away"})
    drain_queue(chores, "outside")
    with chores.uow.reading():
        waiting = chores.ledger.get(task_id)
    assert waiting.state == State.RETRY
    assert (waiting.due_at - waiting.created_at).total_seconds() >= 120


def test_a_call_whose_outcome_cannot_be_written_is_not_made_again(chores, drain_queue):
    task_id = enqueue(chores, "chores.call", {"how": "unwritten"})
    drain_queue(chores, "outside")
    ended = state(chores, task_id)
    assert (ended[:2], "The call was made" in ended[2]) == ((State.DEAD, 1), True)


def test_a_cancelled_call_writes_nothing(chores, drain_queue):
    task_id = enqueue(chores, "chores.call", {"how": "cancelled"})
    drain_queue(chores, "outside", "ours")
    assert state(chores, task_id)[0] == State.CANCELLED
    assert names(chores) == []


def test_a_stopping_drain_claims_nothing(chores, drain_queue):
    task_id = enqueue(chores, "chores.call")
    drain_queue(chores, "outside", is_stopping=lambda: True)
    assert state(chores, task_id)[:2] == (State.READY, 0)


def test_suspects_run_alone_and_end_done(chores, drain_queue):
    task_id = enqueue(chores, "chores.write", {"word": "suspect"})
    with chores.uow.transaction():
        chores.ledger.claim("ours", "wrk_dead", "tok_dead", 1)
    with chores.uow.transaction():
        chores.ledger.take_back("wrk_dead", [task_id])
    drain_queue(chores, "ours")
    assert state(chores, task_id)[:2] == (State.DONE, 1)


def test_calls_claimed_ahead_of_their_threads_run_once_each(chores, drain_queue):
    calls = [enqueue(chores, "chores.call") for _ in range(150)]
    drain_queue(chores, *["outside"] * 20, *["ours"] * 20)
    assert {state(chores, task_id)[:2] for task_id in calls} == {(State.DONE, 1)}
    assert names(chores) == ["after"] * 150


def test_calls_that_follow_one_that_fails_run_once_each(chores, drain_queue):
    """Also when the next call had begun with a settlement that then could not be written."""
    hows = ["well", "unwritten", "refused", "cancelled", "well"] * 12
    calls = [enqueue(chores, "chores.call", {"how": how}) for how in hows]
    drain_queue(chores, *["outside"] * 20, *["ours"] * 20)
    ended = {"well": State.DONE, "unwritten": State.DEAD, "refused": State.DEAD, "cancelled": State.CANCELLED}
    assert [state(chores, task_id)[:2] for task_id in calls] == [(ended[how], 1) for how in hows]
    with chores.uow.reading():
        assert {chores.ledger.get(task_id).in_doubt for task_id in calls} == {0}


def test_calls_claimed_ahead_are_given_back_when_every_thread_hangs(chores, drain_queue):
    calls = [enqueue(chores, "chores.call") for _ in range(60)]
    hanging = [enqueue(chores, "chores.hang") for _ in range(60)]
    enqueue(chores, "chores.release")
    drain_queue(chores, "outside", "ours", rest=lambda drain: None)
    assert {state(chores, task_id)[:2] for task_id in [*calls, *hanging]} == {(State.DONE, 1), (State.READY, 0)}
