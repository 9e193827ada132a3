"""Points of SMS vendors, shared by processes through a real Redis, moved by errors and by measured deliveries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from tests.guards import memory_guards
from tests.worker.conftest import redis, valkey  # noqa: F401 – fixtures

from adapters.clock import SetClock
from adapters.db.speeds import SqlSpeeds
from adapters.memory.vendors import MemorySpeeds
from adapters.queue.rq import connect
from adapters.resilience import in_order
from adapters.resilience.balance import BUCKETS, TURN_SECONDS, ByPoints
from core.domain.kernel.errors import Unavailable
from core.domain.kernel.ids import new_id
from core.domain.post import Dispatch
from core.ports.delivery import Receipt
from core.ports.phone import TextMessage

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HALVES = {"sms:a": 50, "sms:b": 50}


@dataclass
class Named:
    name: str


VENDORS = [Named("sms:a"), Named("sms:b")]


@pytest.fixture
def clock():
    return SetClock(NOON)


@pytest.fixture
def speeds():
    return MemorySpeeds()


@pytest.fixture
def look(redis, speeds, clock):  # noqa: F811
    """Have a new process look, some time after the last one; returns what it goes by, and itself."""

    def made(wanted=HALVES, seconds=60):
        redis.delete(f"balance:{'+'.join(wanted)}:turn")
        clock.pass_by(seconds=seconds)
        process = ByPoints(redis, speeds, clock, wanted)
        process.arrange(VENDORS)
        return dict(process._points), process

    return made


def test_who_is_first_is_drawn_by_points(look):
    _, process = look({"sms:a": 70, "sms:b": 30})
    drawn = Counter(process.arrange(VENDORS)[0].name for _ in range(2000))
    assert 1250 < drawn["sms:a"] < 1550
    assert {len(process.arrange(VENDORS)) for _ in range(10)} == {2}


def test_slow_vendor_gives_points_in_every_process(look, speeds):
    speeds.shares["sms:a"] = 0.15
    assert look()[0] == {"sms:a": 40, "sms:b": 60}
    speeds.shares.clear()
    assert look()[0] == {"sms:a": 40, "sms:b": 60}


def test_more_than_fifty_errors_of_all_processes_in_a_minute_are_trouble(look, clock):
    processes = [look()[1] for _ in range(2)]
    for _ in range(25):
        for each in processes:
            each.note_failure("sms:a")
    assert look(seconds=30)[0] == HALVES
    processes[0].note_failure("sms:a")
    assert look(seconds=0)[0] == {"sms:a": 40, "sms:b": 60}
    assert look(seconds=60)[0] == {"sms:a": 40, "sms:b": 60}


def test_points_stay_while_redis_is_away(clock, speeds):
    process = ByPoints(connect("unix:///nobody/listens", timeout=0.05), speeds, clock, {"sms:a": 100, "sms:b": 0})
    process.note_failure("sms:a")
    assert [one.name for one in process.arrange(VENDORS)] == ["sms:a", "sms:b"]


def test_stranger_in_redis_moves_no_points(redis, speeds, clock):  # noqa: F811
    redis.set("balance:sms:a+sms:b", '{"points": "all mine"}')
    process = ByPoints(redis, speeds, clock, {"sms:a": 100, "sms:b": 0})
    assert [one.name for one in process.arrange(VENDORS)] == ["sms:a", "sms:b"]


def test_failure_of_a_vendor_is_counted_once_a_message(redis, speeds, clock):  # noqa: F811
    class Away:
        def send(self, message, key):
            raise Unavailable("away")

    class Well:
        def send(self, message, key):
            return Receipt(carrier="b", message_id=key)

    order = ByPoints(redis, speeds, clock, {"sms:a": 100, "sms:b": 0})
    port = in_order("sms", [("a", Away()), ("b", Well())], memory_guards(), order=order)
    assert port.send(TextMessage(to="+14155550123", text="t"), key="k").carrier == "b"
    assert [int(redis.get(key)) for key in redis.keys("errors:sms:a:*")] == [1]
    assert (redis.keys("errors:sms:b:*"), BUCKETS * 10, TURN_SECONDS < 60) == ([], 60, True)


def dispatched(ago, state, took, now, number):
    created = now - timedelta(minutes=ago)
    return Dispatch(
        id=new_id("dlv", created), kind="k", channel="sms", recipient="+14155550123", state=state, carrier="twilio",
        message_id=str(number), task_id="tsk_1", key=f"k{number}", created_at=created,
        changed_at=created + timedelta(minutes=took),
    )  # fmt: skip


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_share_of_late_deliveries_is_measured(request, make_app, clock, database):
    on_postgres = database == "postgresql"
    app = make_app(clock=clock, settings=on_postgres and {"database_url": request.getfixturevalue("migrated_url")})
    measured = SqlSpeeds(app.uow, clock)
    assert measured.slow_share("sms:twilio") is None
    with app.uow.transaction():
        app.deliveries.keep([dispatched(20, "delivered", 19, NOON, 0), dispatched(6, "sent", 0, NOON, 1)])
    assert measured.slow_share("sms:twilio") is None, "nothing was heard of it yet"
    with app.uow.transaction():
        app.deliveries.keep([dispatched(8, "delivered", 1, NOON, 2), dispatched(8, "delivered", 6, NOON, 3)])
        app.deliveries.keep([dispatched(1, "sent", 0, NOON, 4), dispatched(2, "delivered", 1, NOON, 5)])
    assert measured.slow_share("sms:twilio") == 0.5
    assert measured.slow_share("sms:sns") is None


@pytest.mark.parametrize("points", ["50", "50,40", "50,fifty", "100,-0", "40,30,30"])
def test_points_that_are_no_hundred_are_refused(make_app, points):
    with pytest.raises(ValueError, match="together 100"):
        make_app(settings={"sms_points": points})


def test_first_vendor_has_all_points_unless_they_are_set(make_app):
    assert make_app().settings.sms_shares == {"sandbox": 100, "understudy": 0}
    assert make_app(settings={"sms_points": "70, 30"}).settings.sms_shares == {"sandbox": 70, "understudy": 30}
