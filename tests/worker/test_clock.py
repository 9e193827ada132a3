"""The scheduler: who is dead, who must be woken, and whose turn it is."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from adapters.clock import SetClock
from adapters.queue.rq import RqWakeUps, connect
from core.domain.tasks import State
from entrypoints.worker import make_clock
from entrypoints.worker.birth import certificate
from entrypoints.worker.clock import STILL_SECONDS, Reaper


class Seconds:
    """A monotonic time that passes when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def timed(make_app):
    return make_app(clock=SetClock(datetime(2026, 11, 24, 12, tzinfo=UTC)))


def claimed(app, worker):
    with app.uow.transaction():
        task = app.outbox.enqueue("tasks.clean-up", {})
    with app.uow.transaction():
        app.ledger.claim("upkeep", worker, "tok_1", 1)
    return task.id


def state(app, task_id):
    with app.uow.reading():
        return app.ledger.get(task_id).state


def test_reaper_takes_back_when_a_beat_stands_still(timed):
    seconds = Seconds()
    reaper = Reaper(timed, seconds)
    timed.life_signs.enter("wrk_1", "host", 1)
    task_id = claimed(timed, "wrk_1")
    reaper.look()
    seconds.now = STILL_SECONDS - 1
    reaper.look()
    assert state(timed, task_id) == State.RUNNING
    seconds.now = STILL_SECONDS + 1
    reaper.look()
    assert state(timed, task_id) == State.READY
    assert timed.life_signs.seen() == []


def test_reaper_leaves_who_beats(timed):
    seconds = Seconds()
    reaper = Reaper(timed, seconds)
    timed.life_signs.enter("wrk_1", "host", 1)
    task_id = claimed(timed, "wrk_1")
    for now in range(0, 60, 10):
        seconds.now = now
        timed.life_signs.beat("wrk_1", [])
        reaper.look()
    assert state(timed, task_id) == State.RUNNING


def test_reaper_takes_back_at_once_what_a_process_of_this_machine_held(timed):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait(10)
    place = certificate().rpartition(" ")[0]
    timed.life_signs.enter("wrk_1", "host", ended.pid, birth=f"{place} 1")
    timed.life_signs.enter("wrk_2", "host", os.getpid(), birth=certificate())
    task_id, other = claimed(timed, "wrk_1"), claimed(timed, "wrk_2")
    timed.life_signs.beat("wrk_1", [task_id])
    Reaper(timed, Seconds()).look()
    assert (state(timed, task_id), state(timed, other)) == (State.READY, State.RUNNING)
    assert [sign.worker for sign in timed.life_signs.seen()] == ["wrk_2"]


def test_reaper_ignores_a_jumping_wall_clock(timed):
    reaper = Reaper(timed, Seconds())
    timed.life_signs.enter("wrk_1", "host", 1)
    task_id = claimed(timed, "wrk_1")
    reaper.look()
    timed.clock.pass_by(hours=1)
    reaper.look()
    assert state(timed, task_id) == State.RUNNING


def test_reaper_takes_back_orphans_seen_twice(timed):
    reaper = Reaper(timed, Seconds())
    task_id = claimed(timed, "wrk_unregistered")
    reaper.look()
    assert state(timed, task_id) == State.RUNNING
    reaper.look()
    assert state(timed, task_id) == State.READY


def test_wake_up_is_sent_once_until_somebody_takes_it(redis, valkey):
    wake_ups = RqWakeUps(connect(valkey))
    wake_ups.send("mail")
    wake_ups.send("mail")
    assert redis.llen("rq:queue:mail") == 1
    redis.lpop("rq:queue:mail")
    wake_ups.send("mail")
    assert redis.llen("rq:queue:mail") == 1


def test_wake_up_carries_nothing(redis, valkey):
    RqWakeUps(connect(valkey)).send("mail")
    job = redis.hgetall(b"rq:job:" + redis.lindex("rq:queue:mail", 0))
    assert b"password" not in b"".join(job.values())
    assert b'"mail"' in __import__("zlib").decompress(job[b"data"])


def test_nudge_sends_again_when_redis_came_back_empty(redis, valkey):
    wake_ups = RqWakeUps(connect(valkey))
    wake_ups.send("mail")
    redis.delete("rq:queue:mail")
    wake_ups.nudge("mail")
    assert redis.llen("rq:queue:mail") == 1


def test_nudges_do_not_pile_up_without_workers(redis, valkey):
    wake_ups = RqWakeUps(connect(valkey))
    for _ in range(20):
        wake_ups.nudge("mail")
    assert redis.llen("rq:queue:mail") == 1


def test_two_clocks_one_holds_the_lock(make_app, valkey, redis):
    app = make_app(settings={"redis_url": valkey})
    first, second = make_clock(app), make_clock(app)
    assert first.acquire_lock()
    assert first.acquire_lock()
    assert not second.acquire_lock()
    second.remove_lock()
    assert not second.acquire_lock()
    first.remove_lock()
    assert second.acquire_lock()


def test_a_lock_that_nobody_of_us_left_is_removed(make_app, valkey, redis):
    clock = make_clock(make_app(settings={"redis_url": valkey}))
    for forged in ({}, {"ex": 3600}):
        redis.set(clock.scheduler_lock_key, "somebody", **forged)
        assert (clock.acquire_lock(), clock.acquire_lock()) == (False, True)


def test_nudge_puts_a_list_in_the_place_of_what_is_none(redis, valkey):
    for key in ("rq:queue:mail", "rq:job:wake-mail", "rq:queues"):
        redis.set(key, "of another kind")
    RqWakeUps(connect(valkey)).nudge("mail")
    assert redis.llen("rq:queue:mail") == 1


def test_a_tick_survives_an_absent_redis(make_app, tmp_path):
    app = make_app(settings={"redis_url": f"unix://{tmp_path}/nobody.sock"})
    clock = make_clock(app)
    clock.tick()
    clock.tick()
    assert [sign.role for sign in app.life_signs.seen()] == ["scheduler"]
