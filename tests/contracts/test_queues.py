"""Paused queues, over every way to keep them."""

import pytest

from core.domain.kernel.errors import Conflict
from core.domain.tasks import State


@pytest.fixture
def write(kept):
    """Write so many clean-ups in a state: `write(3, State.DEAD)`; returns their ids."""

    def several(number, state=State.READY, dedupe_key=None):
        with kept.uow.transaction():
            made = [kept.outbox.enqueue("tasks.clean-up", {}, dedupe_key=dedupe_key).id for _ in range(number)]
        with kept.uow.transaction():
            for task_id in made:
                task = kept.ledger.lock(task_id)
                task.state, task.attempts = state, 7
                task.finished_at = kept.clock.now() if state == State.DEAD else None
        return made

    return several


def claim(kept, queue="upkeep"):
    with kept.uow.lazy():
        return kept.ledger.claim(queue, "wrk", "tok", 10)


def test_nothing_is_taken_from_a_paused_queue_and_nobody_is_woken_for_it(kept, write):
    write(2)
    with kept.uow.transaction():
        kept.queue_desk.pause("upkeep", "Ada")
    assert claim(kept) == []
    with kept.uow.reading():
        assert kept.ledger.waiting(["upkeep", "mail"]) == set()
        (pause,) = kept.queue_desk.paused().values()
    assert (pause.queue, pause.by, pause.at) == ("upkeep", "Ada", kept.clock.now())
    with kept.uow.transaction():
        kept.queue_desk.resume("upkeep")
    with kept.uow.reading():
        assert (kept.ledger.waiting(["upkeep"]), kept.queue_desk.paused()) == ({"upkeep"}, {})
    assert len(claim(kept)) == 2


def test_other_queues_go_on_while_one_is_paused(kept, write):
    with kept.uow.transaction():
        kept.queue_desk.pause("mail", "Ada")
    write(1)
    assert len(claim(kept)) == 1


def test_pausing_twice_and_resuming_what_runs_is_refused(kept):
    with kept.uow.transaction():
        kept.queue_desk.pause("mail", "Ada")
    with pytest.raises(Conflict, match="The queue mail is paused already"), kept.uow.transaction():
        kept.queue_desk.pause("mail", "Ada")
    with pytest.raises(Conflict, match="The queue upkeep is not paused"), kept.uow.transaction():
        kept.queue_desk.resume("upkeep")


def test_pause_that_is_rolled_back_pauses_nothing(kept, write):
    write(1)
    with pytest.raises(RuntimeError), kept.uow.transaction():
        kept.queue_desk.pause("upkeep", "Ada")
        raise RuntimeError
    assert len(claim(kept)) == 1


def test_discarding_what_is_not_dead_is_refused(kept, write):
    (task_id,) = write(1)
    with pytest.raises(Conflict, match="This task is ready; only a dead one can be discarded"), kept.uow.transaction():
        kept.tasks.discard(task_id)
