"""A worker's threads: handed out to queues, the last one kept for a queue that holds none."""

from __future__ import annotations

import threading
import time

import pytest

from entrypoints.worker.places import GATHER_SECONDS, Places


@pytest.fixture
def places():
    made = Places(3)
    yield made
    made.close()


@pytest.fixture
def hang(places):
    """Have a queue hold threads until the test ends."""
    over = threading.Event()
    yield lambda queue, times: [places.run(queue, over.wait) for _ in range(times)]
    over.set()


def now() -> float:
    return time.monotonic()


def test_the_last_place_is_for_a_queue_that_holds_none(places, hang):
    assert places.await_room("mail", now(), 3) == 2
    hang("mail", 2)
    assert (places.await_room("mail", now(), 3), places.await_room("default", now(), 3)) == (0, 1)
    hang("default", 1)
    assert places.await_room("default", now(), 3) == 0


def test_a_single_thread_is_for_everybody():
    assert Places(1).await_room("mail", now(), 3) == 1


def test_room_comes_when_an_item_ends(places):
    ended = threading.Event()
    for _ in range(2):
        places.run("mail", ended.wait)
    threading.Timer(0.05, ended.set).start()
    assert places.await_room("mail", now() + 5, 3) >= 1


def test_an_item_that_raises_gives_its_place_back(places):
    places.run("mail", lambda: 1 / 0)
    assert places.await_rest(now() + 5)
    assert places.await_room("mail", now(), 3) == 2


def test_rest_is_not_had_while_something_runs(places, hang):
    hang("mail", 1)
    assert not places.await_rest(now() + 0.05)


def test_a_queue_holds_no_more_than_it_may(places, hang):
    assert places.await_room("ours", now(), 1) == 1
    hang("ours", 1)
    assert (places.await_room("ours", now(), 1), places.await_room("mail", now(), 3)) == (0, 1)


def test_a_queue_that_may_hold_more_than_there_are_gathers_no_longer(places):
    began = now()
    assert places.await_room("ours", began, 1000) == 2
    assert now() - began < GATHER_SECONDS
