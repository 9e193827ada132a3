"""What follows a failed try, and what people may do with tasks."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.kernel.errors import Conflict, Invalid, Rejected, Unanswered, Unavailable
from core.domain.kernel.marks import TaskMark, task
from core.domain.tasks import BACK_OFF_CAP, Catalogue, State, Task, judge
from core.ports.queue import Claim

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MARK = TaskMark(name="a.task", attempts=5, give_up_after=3600)


def claim(attempts=0, age=1.0):
    return Claim(id="tsk_1", name="a.task", payload={}, token="tok_1", attempts=attempts, deaths=0, in_doubt=0, age=age)


def made(state):
    return Task(id="tsk_1", name="a.task", queue="q", payload={}, created_at=NOW, state=state)


@given(attempts=st.integers(0, 3))
def test_judge_backs_off_with_full_jitter(attempts):
    outcome = judge(claim(attempts), MARK, RuntimeError("broken"))
    assert outcome.state == State.RETRY
    assert 0 <= outcome.delay <= min(BACK_OFF_CAP, 2.0 * 2**attempts)
    assert outcome.error == "RuntimeError: broken"


def test_judge_waits_at_least_what_the_vendor_asks():
    assert judge(claim(), MARK, Unavailable("Later.", retry_after=300)).delay >= 300


def test_judge_counts_an_unanswered_call_as_in_doubt():
    assert [judge(claim(), MARK, failure).in_doubt for failure in (Unavailable("No."), Unanswered("?"))] == [0, 1]
    assert judge(claim(attempts=4), MARK, Unanswered("?")).in_doubt == 1


@pytest.mark.parametrize("failure", [Invalid({"a": "bad"}), Rejected("No such number."), Conflict()])
def test_judge_does_not_repeat_what_cannot_succeed(failure):
    assert judge(claim(), MARK, failure).state == State.DEAD


def test_judge_gives_up_by_attempts_and_by_age():
    assert judge(claim(attempts=4), MARK, RuntimeError()).state == State.DEAD
    assert judge(claim(age=3601), MARK, RuntimeError()).state == State.DEAD


@pytest.mark.parametrize("state", [State.DONE, State.DEAD, State.CANCELLED])
def test_cancel_of_an_ended_task_is_refused(state):
    with pytest.raises(Conflict, match="already"):
        made(state).cancel(NOW)


@pytest.mark.parametrize("state", [State.DONE, State.RUNNING, State.READY])
def test_retry_of_a_task_that_needs_none_is_refused(state):
    with pytest.raises(Conflict, match="only one that is dead"):
        made(state).retry()


@pytest.mark.parametrize(("state", "deaths", "begun"), [("dead", 0, None), ("dead", 3, NOW), ("cancelled", 0, NOW)])
def test_retry_forgets_a_call_only_when_it_was_answered(state, deaths, begun):
    ended = made(State(state))
    ended.started_at, ended.deaths = NOW, deaths
    ended.retry()
    assert (ended.state, ended.deaths, ended.started_at) == (State.READY, 0, begun)


def test_catalogue_refuses_two_verbs_of_one_name():
    class First:
        @task("same.name")
        def verb(self, run):
            """One."""

    class Second:
        @task("same.name")
        def verb(self, run):
            """Another."""

    with pytest.raises(ValueError, match="Two verbs"):
        Catalogue().learn([First, Second])
