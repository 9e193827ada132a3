"""Figures over every way to keep things: what is counted, what is kept, and how tasks fared."""

from datetime import timedelta

import pytest

from core.domain.overview import Overview
from core.domain.tasks import State
from core.ports.figures import Numbers, Outcome, Pace, Slow
from core.ports.queue import Outcome as Ended

HOUR = timedelta(hours=1)


@pytest.fixture
def busy(kept, clock):
    """An hour in which one message came in and was delivered at the second try, one task died, one sign-in failed."""
    with kept.uow.transaction():
        kept.accounts.create("ada@example.com", "Ada", "staff", "correct horse battery")
        kept.contact.receive(name="Ada", email="ada@example.com", subject="Engines", message="Hello")
        kept.outbox.enqueue("tasks.clean-up", {})
        kept.guard.failed(None)
    clock.pass_by(seconds=2)
    _try(kept, "mail", State.RETRY)
    with kept.uow.transaction():
        kept.ledger.promote()
    clock.pass_by(seconds=1)
    _try(kept, "mail", State.DONE, clock, seconds=3)
    _try(kept, "upkeep", State.DEAD, clock, seconds=1)
    return kept


def _try(kept, queue, state, clock=None, seconds=0):
    with kept.uow.transaction():
        (claim,) = kept.ledger.claim(queue, "wrk", "tok", 1)
        kept.ledger.start([claim])
    if clock is not None:
        clock.pass_by(seconds=seconds)
    with kept.uow.transaction():
        kept.ledger.settle([Ended(id=claim.id, token="tok", state=state, error="No." if state != State.DONE else None)])


def test_hour_is_counted_by_what_happened_in_it(busy, clock):
    with busy.uow.reading():
        now = clock.now()
        before, seen, after = busy.figures.count([(now - 2 * HOUR, now - HOUR), (now - HOUR, now + HOUR), (now, now)])
        assert busy.figures.count([]) == []
    assert seen == Numbers(sign_ups=1, messages=1, delivered=1, accepted=2, done=1, retried=1, dead=1, refusals=1)
    assert [before, after] == [Numbers(), Numbers()]


def test_hours_are_kept_and_take_new_numbers(kept, clock):
    first, second = Numbers(done=1, dead=2), Numbers(done=5)
    with kept.uow.transaction():
        assert kept.figures.kept_until() is None
        kept.figures.keep({clock.now(): first, clock.now() + HOUR: first})
        kept.figures.keep({clock.now() + HOUR: second})
        kept.figures.keep({})
    with kept.uow.reading():
        assert kept.figures.kept(clock.now(), clock.now() + 2 * HOUR) == {
            clock.now(): first,
            clock.now() + HOUR: second,
        }
        assert kept.figures.kept(clock.now() + HOUR, clock.now() + HOUR) == {}
        assert kept.figures.kept_until() == clock.now() + 2 * HOUR


def test_slowest_tasks_and_the_pace_of_queues(busy, clock):
    with busy.uow.reading():
        ids = {task.name: task.id for task in busy.ledger.recent(5)}
        slow = busy.figures.slowest(clock.now() - HOUR, 5)
        paces = busy.figures.paces(clock.now() - timedelta(minutes=2))
    mail, upkeep = ids["contact.deliver"], ids["tasks.clean-up"]
    assert [(one.name, one.number, round(one.longest, 3), one.task_id) for one in slow] == [
        ("contact.deliver", 1, 3.0, mail), ("tasks.clean-up", 1, 1.0, upkeep)
    ]  # fmt: skip
    assert isinstance(slow[0], Slow)
    assert [(one.queue, one.per_minute) for one in paces] == [("mail", 0.5), ("upkeep", 0.5)]
    assert (isinstance(paces[0], Pace), round(paces[1].wait, 3)) == (True, 6.0)


def test_outcomes_of_tasks_leave_the_forgotten_out(busy):
    with busy.uow.reading():
        ids = {task.name: task.id for task in busy.ledger.recent(5)}
        found = busy.figures.outcomes([*ids.values(), "tsk_gone"])
    assert found == {
        ids["contact.deliver"]: Outcome(name="contact.deliver", state="done", error=None, seconds=3.0),
        ids["tasks.clean-up"]: Outcome(name="tasks.clean-up", state="dead", error="No.", seconds=1.0),
    }


def test_tally_keeps_the_hours_that_are_over_once(busy, clock):
    clock.pass_by(hours=1)
    with busy.uow.transaction():
        assert busy.overview.tally(None) == {"hours": 14 * 24}
        assert busy.overview.tally(None) == {"hours": 0}
    clock.pass_by(hours=2)
    with busy.uow.transaction():
        assert busy.overview.tally(None) == {"hours": 2}


@pytest.mark.parametrize("is_kept", [False, True])
def test_day_and_the_day_before_are_the_same_whether_hours_are_kept_or_counted(busy, clock, is_kept):
    clock.pass_by(hours=23, minutes=30)
    with busy.uow.transaction():
        if is_kept:
            busy.overview.tally(None)
        busy.contact.receive(name="Ada", email="ada@example.com", subject="Engines", message="Again")
    clock.pass_by(seconds=1)
    assert _told(busy.overview, busy.uow)["messages"] == (2, 0)
    clock.pass_by(hours=1)
    told = _told(busy.overview, busy.uow)
    assert (told["messages"], told["dead"], told["retried"]) == ((1, 1), (0, 1), (0, 1))
    with busy.uow.reading():
        days = [(day.day, numbers.messages) for day, numbers in busy.overview.days(3)]
    assert days == [(23, 0), (24, 1), (25, 1)]


def _told(overview: Overview, uow):
    with uow.reading():
        return {one.name: (one.number, one.before) for one in overview.day()}
