"""Starts and settlements of many threads in shared transactions: each fenced, and each failing, alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import text

from core.domain.kernel.errors import Conflict, Fenced, Unavailable, Unwritten
from core.domain.kernel.ids import new_id
from core.domain.kernel.marks import Effects, task
from core.domain.post import Slip
from core.domain.tasks import Run, State
from core.ports.delivery import Delivery
from core.ports.queue import Outcome
from entrypoints import boundary
from entrypoints.worker.clerk import Clerk, Heir

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


class Calls:
    """Somewhere to call."""

    def __init__(self, app):
        self.app = app

    @task("calls.call", queue="calls", effects=Effects.OUTSIDE)
    def call(self, run: Run, number: int) -> None: ...


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request, make_app):
    """On PostgreSQL plain entries go by the journal, in one statement."""
    settings = {"database_url": request.getfixturevalue("migrated_url")} if request.param == "postgresql" else {}
    return make_app(services=[Calls], settings=settings)


@pytest.fixture
def claims(office):
    """Twenty claimed tasks."""
    with office.uow.transaction():
        for number in range(20):
            office.outbox.enqueue("calls.call", {"number": number})
    with office.uow.lazy():
        return office.ledger.claim("calls", "wrk_1", "tok_1", 20)


def done(claim, token="tok_1"):
    return Outcome(id=claim.id, token=token, state=State.DONE, result={"number": claim.payload["number"]})


def slip(claim, state=Delivery.SENT):
    return Slip(
        id=new_id("dlv", NOON), kind="told", channel="mail", recipient="ada@example.com", state=state, task_id=claim.id,
        key=claim.id, created_at=NOON, changed_at=NOON,
    )  # fmt: skip


def kept(office):
    """The state of each delivery by its task."""
    with office.uow.reading():
        return dict(office.uow.connection.execute(text("SELECT task_id, state FROM deliveries")).all())


def states(office):
    with office.uow.reading():
        return {found.id: found.state for found in office.ledger.recent(50)}


def at_once(steps):
    """Take all steps at once; return what each raised."""

    def take(step):
        try:
            step()
        except Exception as failure:
            return failure
        return None

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(take, steps))


def test_many_at_once_are_all_written(office, claims):
    clerk = Clerk(office)
    assert at_once([partial(clerk.start, claim) for claim in claims]) == [None] * 20
    assert at_once([partial(clerk.settle, claim, done(claim)) for claim in claims]) == [None] * 20
    assert set(states(office).values()) == {State.DONE}
    with office.uow.reading():
        assert [office.ledger.get(claim.id).result for claim in claims] == [claim.payload for claim in claims]


def test_a_lost_claim_is_fenced_and_the_others_are_written(office, claims):
    clerk = Clerk(office)
    tokens = ["tok_other", *["tok_1"] * 19]
    steps = [partial(clerk.settle, claim, done(claim, token)) for claim, token in zip(claims, tokens, strict=True)]
    raised = at_once(steps)
    assert [type(failure) for failure in raised] == [Fenced, *[type(None)] * 19]
    assert states(office)[claims[0].id] == State.RUNNING


def test_a_lost_claim_leaves_no_delivery_and_the_others_do(office, claims):
    clerk = Clerk(office)
    tokens = ["tok_other", *["tok_1"] * 19]
    steps = [
        partial(clerk.settle, claim, done(claim, token), enclosed=[slip(claim)])
        for claim, token in zip(claims, tokens, strict=True)
    ]
    at_once(steps)
    assert kept(office) == dict.fromkeys((claim.id for claim in claims[1:]), Delivery.SENT)


def test_a_bounce_closes_the_address_although_the_task_is_done(office, claims):
    Clerk(office).settle(claims[0], done(claims[0]), enclosed=[slip(claims[0], Delivery.BOUNCED)])
    with office.uow.reading():
        assert office.deliveries.suppressed([("mail", "ada@example.com")])


def test_the_next_call_begins_with_the_end_of_the_one_before(office, claims):
    clerk, heirs = Clerk(office), [Heir(claim) for claim in claims[10:]]
    steps = [
        partial(clerk.settle, claim, done(claim), heir=heir, enclosed=[slip(claim)])
        for claim, heir in zip(claims[:10], heirs, strict=True)
    ]
    assert at_once(steps) == [None] * 10
    assert [heir.has_begun for heir in heirs] == [True] * 10
    with office.uow.reading():
        begun = [office.ledger.get(heir.claim.id) for heir in heirs]
    assert {(each.state, each.attempts, each.in_doubt, bool(each.started_at)) for each in begun} == {
        (State.RUNNING, 1, 0, True)
    }


def test_a_next_call_whose_claim_is_lost_does_not_begin_and_the_one_before_ends(office, claims):
    lost = Heir(replace(claims[1], token="tok_other"))
    Clerk(office).settle(claims[0], done(claims[0]), heir=lost)
    assert (lost.has_begun, states(office)[claims[0].id]) == (False, State.DONE)


def test_a_next_call_begins_although_the_one_before_is_fenced(office, claims):
    next_one = Heir(claims[1])
    with pytest.raises(Fenced):
        Clerk(office).settle(claims[0], done(claims[0], "tok_other"), heir=next_one)
    assert (next_one.has_begun, states(office)[claims[0].id]) == (True, State.RUNNING)


@pytest.mark.parametrize("failure", [Conflict("Already there."), Unavailable("Not today."), ValueError("a bug")])
def test_a_write_that_raises_undoes_its_own_settlement_only(office, claims, failure):
    clerk = Clerk(office)

    def refuse():
        raise failure

    writes = [refuse, *[lambda: None] * 19]
    steps = [partial(clerk.settle, claim, done(claim), write) for claim, write in zip(claims, writes, strict=True)]
    assert [type(raised) for raised in at_once(steps)] == [Unwritten, *[type(None)] * 19]
    assert states(office)[claims[0].id] == State.RUNNING


def test_a_write_acts_under_the_request_of_its_task(office, claims):
    clerk, seen = Clerk(office), []
    claims[0].request_id = "req_1"
    clerk.settle(claims[0], done(claims[0]), lambda: seen.append(boundary.request_id.get()))
    assert seen == ["req_1"]


def test_a_death_alerts_in_the_same_transaction(office, claims):
    dead = Outcome(id=claims[0].id, token="tok_1", state=State.DEAD, error="no such number")
    Clerk(office).settle(claims[0], dead)
    with office.uow.reading():
        (alert,) = [found for found in office.ledger.recent(50) if found.name == "alert.task-died"]
    assert alert.payload == {"task_id": claims[0].id, "name": "calls.call", "error": "no such number"}
