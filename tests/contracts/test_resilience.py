"""What stands around every vendor: breakers that all processes share, one more try, the next vendor, all in time."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from tests.guards import memory_guards
from tests.worker.conftest import redis, valkey  # noqa: F401 – fixtures

from adapters.clock import SystemClock
from adapters.queue.rq import connect
from adapters.resilience import charges, in_order, later, messages, questions
from adapters.resilience.breakers import MemoryBreakers, Rule
from adapters.resilience.lines import LINES
from adapters.resilience.shared import RedisBreakers
from core.domain.kernel.deadlines import time_left, within
from core.domain.kernel.errors import Gone, Rejected, TooDear, Unanswered, Unavailable
from core.ports.delivery import Receipt
from core.ports.phone import TextMessage
from core.ports.push import Device, Notice
from core.ports.vendors import Breaker, Outcome, Position

QUICK = Rule(failures=3, rest=0.2, lease=0.3)
HELLO = TextMessage(to="+14155550123", text="Hello", user="usr_1")
NAME = "sms:first"


@pytest.fixture(params=["memory", "redis", "redis away"])
def breakers(request):
    """Breakers of one process; those of two are tested below."""
    if request.param == "memory":
        return MemoryBreakers(SystemClock(), QUICK)
    if request.param == "redis":
        return RedisBreakers(request.getfixturevalue("redis"), SystemClock(), QUICK)
    return RedisBreakers(connect("unix:///nobody/listens", timeout=0.05), SystemClock(), QUICK)


@pytest.fixture
def processes(redis):  # noqa: F811
    """The breakers of two processes over one Redis."""
    return [RedisBreakers(redis, SystemClock(), QUICK) for _ in range(2)]


def fail(breakers, times=QUICK.failures, retry_after=None):
    for _ in range(times):
        breakers.mark_failed(NAME, "503", retry_after)


def is_admitted(breakers):
    try:
        breakers.admit(NAME)
    except Unavailable:
        return False
    return True


def until(condition, within=3.0):
    """Look again and again, at most so long."""
    over = time.monotonic() + within
    while not condition():
        assert time.monotonic() < over, "it never came to be"
        time.sleep(0.01)


def test_breaker_of_a_vendor_that_is_well_is_closed(breakers):
    breakers.admit(NAME)
    breakers.mark_well(NAME)
    assert breakers.all([NAME]) == [Breaker(vendor=NAME)]


def test_breaker_opens_after_so_many_failures_in_a_row_and_says_why(breakers):
    fail(breakers, times=QUICK.failures - 1)
    assert is_admitted(breakers)
    fail(breakers, times=1)
    with pytest.raises(
        Unavailable, match=r"sms:first is not asked for 1 s, since it failed 3 times \(503\)"
    ) as refused:
        breakers.admit(NAME)
    assert refused.value.retry_after == 1
    (shown,) = breakers.all([NAME])
    assert (shown.position, shown.failures, shown.said) == (Position.OPEN, 3, "503")
    assert shown.until > datetime.now(UTC)


def test_an_answer_between_failures_keeps_it_closed(breakers):
    for _ in range(3):
        fail(breakers, times=QUICK.failures - 1)
        breakers.mark_well(NAME)
    assert is_admitted(breakers)


def test_breaker_opens_when_half_of_the_last_calls_failed(breakers):
    for _ in range(QUICK.failures_of_last):
        breakers.mark_well(NAME)
        fail(breakers, times=1)
    assert not is_admitted(breakers)


def test_half_open_breaker_admits_one_and_closes_when_that_is_answered(breakers):
    fail(breakers)
    until(lambda: is_admitted(breakers))
    assert [is_admitted(breakers) for _ in range(3)] == [False] * 3
    breakers.mark_well(NAME)
    assert [is_admitted(breakers) for _ in range(3)] == [True] * 3
    assert breakers.all([NAME]) == [Breaker(vendor=NAME)]


def test_half_open_breaker_opens_again_when_the_one_fails(breakers):
    fail(breakers)
    until(lambda: is_admitted(breakers))
    fail(breakers, times=1)
    assert not is_admitted(breakers)
    assert breakers.all([NAME])[0].position == Position.OPEN


def test_who_was_to_try_and_died_is_followed_by_another(breakers):
    fail(breakers)
    until(lambda: is_admitted(breakers))
    until(lambda: is_admitted(breakers))


def test_who_was_to_try_and_did_not_makes_room_at_once(breakers):
    fail(breakers)
    until(lambda: is_admitted(breakers))
    breakers.spare(NAME)
    until(lambda: is_admitted(breakers), within=QUICK.lease / 2)


def test_breaker_rests_as_long_as_the_vendor_asked(breakers):
    fail(breakers, retry_after=60.0)
    with pytest.raises(Unavailable) as refused:
        breakers.admit(NAME)
    assert 55 < refused.value.retry_after <= 60


@pytest.mark.parametrize("kind", ["memory", "redis"])
def test_operator_holds_it_open_or_closed_and_lets_it_go(request, kind):
    made = {"memory": lambda: MemoryBreakers(SystemClock(), QUICK),
            "redis": lambda: RedisBreakers(request.getfixturevalue("redis"), SystemClock(), QUICK)}[kind]()  # fmt: skip
    made.hold_open(NAME)
    with pytest.raises(Unavailable, match="switched off by an operator"):
        made.admit(NAME)
    made.mark_well(NAME)
    assert made.all([NAME])[0] == Breaker(vendor=NAME, position=Position.OPEN, held=True)
    made.hold_closed(NAME)
    fail(made, times=10)
    assert is_admitted(made)
    made.reset(NAME)
    assert made.all([NAME]) == [Breaker(vendor=NAME)]


def test_what_one_process_saw_holds_for_all(processes):
    mine, other = processes
    assert is_admitted(other)
    fail(mine)
    until(lambda: not is_admitted(other))


def test_failures_of_all_processes_are_counted_together(processes):
    for each in (processes * 2)[: QUICK.failures]:
        fail(each, times=1)
    assert not is_admitted(processes[0])


def test_of_all_processes_one_tries(processes):
    fail(processes[0])
    until(lambda: processes[0].all([NAME])[0].position == Position.HALF_OPEN)
    with ThreadPoolExecutor(8) as threads:
        admitted = list(threads.map(is_admitted, processes * 20))
    assert admitted.count(True) == 1


def test_hold_of_an_operator_arrives_everywhere(processes):
    assert is_admitted(processes[1])
    processes[0].hold_open(NAME)
    until(lambda: not is_admitted(processes[1]))


def test_operator_is_told_when_nobody_would_hear_of_it():
    away = RedisBreakers(connect("unix:///nobody/listens", timeout=0.05), SystemClock(), QUICK)
    with pytest.raises(Unavailable, match="no process would hear of it"):
        away.hold_open(NAME)


def test_healthy_calls_ask_redis_once_a_second(processes, redis):  # noqa: F811
    processes[0].admit(NAME)
    before = redis.info("commandstats")
    for _ in range(100):
        processes[0].admit(NAME)
        processes[0].mark_well(NAME)
    after = redis.info("commandstats")
    assert {name: told["calls"] for name, told in after.items() if "info" not in name} == {
        name: told["calls"] for name, told in before.items() if "info" not in name
    }


@pytest.mark.parametrize("strange", [b"no hash", {"until": "soon"}])
def test_stranger_in_redis_keeps_nobody_from_asking(redis, strange):  # noqa: F811
    if isinstance(strange, bytes):
        redis.set(f"breaker:{NAME}", strange)
    else:
        redis.hset(f"breaker:{NAME}", mapping=strange)
    made = RedisBreakers(redis, SystemClock(), QUICK)
    assert is_admitted(made)
    assert made.all([NAME]) == [Breaker(vendor=NAME)]


class Scripted:
    """A vendor that does what it is told, one thing a call, the last for ever."""

    kinds = frozenset({"web"})

    def __init__(self, name, *script):
        self.name, self.script, self.taken = name, list(script), []

    def send(self, message, *to, key):
        what = self.script.pop(0) if len(self.script) > 1 else self.script[0] if self.script else None
        self.taken.append(key)
        if isinstance(what, Exception):
            raise what
        if callable(what):
            what()
        return Receipt(carrier=self.name, message_id=key, units=2)


AWAY = Unavailable("away")


def sms(first, second, policy=None, **guards):
    made = memory_guards(**guards)
    return in_order("sms", [("first", first), ("second", second)], made, policy), made


def calls(made):
    return [(call.vendor, call.outcome) for call in made.meter.calls]


def test_vendor_that_answers_is_asked_once_and_counted():
    first, second = Scripted("first"), Scripted("second")
    port, made = sms(first, second)
    assert port.send(HELLO, key="k") == Receipt(carrier="first", message_id="k", units=2)
    (call,) = made.meter.calls
    assert (call.vendor, call.verb, call.outcome, call.units) == ("sms:first", "send", Outcome.DONE, 2)
    assert (call.to, call.user, second.taken) == (HELLO.to, HELLO.user, [])


def test_vendor_that_is_away_for_a_moment_is_asked_again():
    first, second = Scripted("first", AWAY, None), Scripted("second")
    port, made = sms(first, second)
    assert port.send(HELLO, key="k").carrier == "first"
    assert calls(made) == [("sms:first", Outcome.UNAVAILABLE), ("sms:first", Outcome.DONE)]


def test_next_vendor_is_asked_after_one_more_try():
    port, made = sms(Scripted("first", AWAY), Scripted("second"))
    assert port.send(HELLO, key="k").carrier == "second"
    assert [vendor for vendor, _ in calls(made)] == ["sms:first", "sms:first", "sms:second"]


def test_next_vendor_is_asked_at_once_when_the_first_wants_a_long_wait():
    first = Scripted("first", Unavailable("429", retry_after=60))
    port, _ = sms(first, Scripted("second"))
    begun = time.monotonic()
    assert (port.send(HELLO, key="k").carrier, len(first.taken)) == ("second", 1)
    assert time.monotonic() - begun < 0.2


def test_short_wait_that_a_vendor_asks_for_is_kept():
    port, _ = sms(Scripted("first", Unavailable("429", retry_after=0.3), None), Scripted("second"))
    begun = time.monotonic()
    assert port.send(HELLO, key="k").carrier == "first"
    assert time.monotonic() - begun >= 0.3


@pytest.mark.parametrize("final", [Unanswered("no answer"), Rejected("bad number"), Gone("signed off"), TooDear("cap")])
def test_what_is_final_or_in_doubt_is_passed_on_to_nobody(final):
    first, second = Scripted("first", final), Scripted("second")
    port, _ = sms(first, second)
    with pytest.raises(type(final)):
        port.send(HELLO, key="k")
    assert (first.taken, second.taken) == (["k"], [])


def test_garbage_leaves_a_message_in_doubt_and_a_question_to_others():
    port, made = sms(Scripted("first", KeyError("sid")), second := Scripted("second"))
    with pytest.raises(Unanswered, match=r"does not understand \(KeyError\)"):
        port.send(HELLO, key="k")
    assert (calls(made), second.taken) == ([("sms:first", Outcome.BROKEN)], [])
    port, _ = sms(Scripted("first", KeyError("sid")), Scripted("second"), questions(2.0))
    assert port.send(HELLO, key="k").carrier == "second"


def test_charges_are_asked_for_at_one_place_only():
    port, _ = sms(Scripted("first", AWAY), second := Scripted("second"), charges(5.0))
    with pytest.raises(Unavailable, match="away"):
        port.send(HELLO, key="k")
    assert second.taken == []


def test_budget_that_is_used_up_ends_it_and_asks_nobody():
    first, second = Scripted("first"), Scripted("second")
    port, made = sms(first, second)
    made.budget.used_up.add("sms:first")
    with pytest.raises(TooDear):
        port.send(HELLO, key="k")
    assert (first.taken, second.taken, made.meter.calls) == ([], [], [])


def test_when_all_fail_each_has_its_say_and_the_first_to_be_back_is_named():
    away = [Unavailable("First is down.", 60.0), Unavailable("Second is down.", 30.0)]
    port, _ = sms(Scripted("first", away[0]), Scripted("second", away[1]))
    with pytest.raises(Unavailable) as both:
        port.send(HELLO, key="k")
    assert (both.value.sentence, both.value.retry_after) == ("First is down. Second is down.", 30.0)


def test_vendor_whose_breaker_is_open_is_not_asked():
    first = Scripted("first", AWAY)
    port, _ = sms(first, Scripted("second"))
    for number in range(10):
        assert port.send(HELLO, key=str(number)).carrier == "second"
    assert len(first.taken) == Rule().failures


@pytest.mark.parametrize("asks", [questions, messages])
def test_deadline_is_handed_on_and_shared_between_vendors(asks):
    seen = []
    look = lambda: seen.append(time_left())  # noqa: E731
    first, second = Scripted("first", look), Scripted("second", look)
    port, made = sms(first, second, asks(1.0))
    port.send(HELLO, key="k")
    made.breakers.hold_open(NAME)
    port.send(HELLO, key="k")
    assert [round(left, 1) for left in seen] == [0.5, 1.0]


def test_caller_who_can_wait_says_so_and_one_who_cannot_too():
    seen = []
    port, _ = sms(Scripted("first", lambda: seen.append(time_left())), Scripted("second"), questions(2.0))
    for seconds in (20.0, 0.8):
        with within(seconds):
            port.send(HELLO, key="k")
    assert [round(left, 1) for left in seen] == [10.0, 0.4]


def test_question_is_hung_up_on_in_time_whatever_the_vendor_does():
    hangs = lambda: time.sleep(1.5)  # noqa: E731
    port, made = sms(Scripted("first", hangs), Scripted("second"), questions(0.4))
    begun = time.monotonic()
    assert port.send(HELLO, key="k").carrier == "second"
    assert time.monotonic() - begun < 0.4
    assert calls(made) == [("sms:first", Outcome.UNAVAILABLE), ("sms:second", Outcome.DONE)]


def test_calls_that_never_end_take_the_lines_of_their_own_vendor_only():
    hangs = lambda: time.sleep(1.0)  # noqa: E731
    port, made = sms(Scripted("first", hangs), Scripted("second"), questions(0.2))
    made.breakers.hold_closed(NAME)
    with ThreadPoolExecutor(2 * LINES) as askers:
        carriers = list(askers.map(lambda key: port.send(HELLO, key=str(key)).carrier, range(2 * LINES)))
    assert set(carriers) == {"second"}
    assert any("Every line to sms:first is taken" in call.said for call in made.meter.calls)


def test_vendors_are_built_when_they_are_first_asked():
    built = []
    make = lambda: built.append("second") or Scripted("second")  # noqa: E731
    port, _ = sms(Scripted("first", None, Rejected("no"), AWAY), later(make))
    port.send(HELLO, key="k")
    assert built == []


def test_device_goes_to_a_vendor_that_reaches_it():
    web, other = Scripted("webpush"), Scripted("sns")
    other.kinds = frozenset({"fcm"})
    port = in_order("push", [("webpush", web), ("sns", other)], memory_guards())
    assert port.kinds == {"web", "fcm"}
    told = Notice(title="t", text="t")
    assert port.send(told, Device(kind="fcm", address="arn"), key="k").carrier == "sns"
    with pytest.raises(Rejected, match="No vendor of ours reaches this"):
        port.send(told, Device(kind="apns", address="arn"), key="k")


def test_vendor_that_nobody_stands_in_for_is_asked_although_it_rests_unless_an_operator_holds_it():
    """A task that waits for its turn has a back-off of its own; what a rest is good for is a second vendor."""
    only, guards = Scripted("only", AWAY), memory_guards()
    port = in_order("sms", [("only", only)], guards)
    for number in range(8):
        with pytest.raises(Unavailable, match="away"):
            port.send(HELLO, key=f"k{number}")
    assert len(set(only.taken)) == 8
    guards.breakers.hold_open("sms:only")
    with pytest.raises(Unavailable, match="switched off"):
        port.send(HELLO, key="k8")
