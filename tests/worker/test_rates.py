"""Rates from the schedule to the table: what is kept, what is refused, and who hears of it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from adapters.clock import SetClock
from adapters.exchange.memory import MemoryExchange
from adapters.mail.memory import MemoryMail
from core.domain.kernel.errors import Unavailable
from core.domain.tasks import State
from core.ports.exchange import DayRates

TODAY = date(2026, 11, 24)


def day(number=0, **rates):
    exact = {name: Decimal(rate) for name, rate in (rates or {"USD": "1.05", "JPY": "160"}).items()}
    return DayRates(day=TODAY + timedelta(days=number), rates=exact, source="memory")


@pytest.fixture
def exchange():
    return MemoryExchange([day(), day(-1), day(-4)])


@pytest.fixture
def rated(make_app, exchange):
    app = make_app(clock=SetClock(datetime(2026, 11, 24, 16, tzinfo=UTC)), exchange=exchange, mail=MemoryMail())
    with app.uow.transaction():
        app.accounts.first_admin("admin@example.com", "correct horse battery")
    return app


@pytest.fixture
def fetch(rated, drain_queue):
    """Fetch as a task; returns the task as it ended."""

    def run(**payload):
        with rated.uow.transaction():
            task = rated.outbox.enqueue("rates.fetch", payload)
        drain_queue(rated, "default", "default", "mail")
        with rated.uow.reading():
            return rated.tasks.show(task.id)

    return run


def kept(app, currency="USD"):
    with app.uow.reading():
        return [(str(day), str(rate)) for day, rate in app.exchange_rates.series(currency, date(1999, 1, 1))]


def test_first_fetch_brings_the_history(rated, fetch):
    task = fetch()
    assert (task.state, task.result["day"], task.result["currencies"]) == (State.DONE, "2026-11-24", 2)
    assert kept(rated) == [("2026-11-20", "1.05"), ("2026-11-23", "1.05"), ("2026-11-24", "1.05")]


def test_later_fetch_says_what_moved_most(rated, exchange, fetch):
    fetch()
    exchange.days = [day(1, USD="1.05", JPY="168")]
    assert fetch().result["largest_move"] == "JPY +5.00%"
    assert kept(rated, "JPY")[-1] == ("2026-11-25", "168")


def test_same_day_again_takes_the_place_of_the_first(rated, exchange, fetch):
    fetch()
    exchange.days = [day(0, USD="1.06")]
    assert fetch().state == State.DONE
    assert kept(rated)[-2:] == [("2026-11-23", "1.05"), ("2026-11-24", "1.06")]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (day(-1), "memory gave rates of 2026-11-23; those of 2026-11-24 are kept and stay."),
        (day(2), "memory gave rates of 2026-11-26, a day to come."),
        (day(1, GBP="0.88"), "memory gave rates without 2 of the 2 currencies that are kept."),
        (day(1, USD="1.27", JPY="160"), "memory says that USD moved by +21.0% since 2026-11-24."),
        (day(1, USD="1.05", JPY="1.6"), "memory says that JPY moved by -99.0% since 2026-11-24."),
    ],
)
def test_doubtful_answer_is_refused_and_reported(rated, exchange, fetch, answer, sentence):
    fetch()
    before = kept(rated), kept(rated, "JPY")
    exchange.days = [answer]
    task = fetch()
    assert (task.state, task.error.startswith(sentence)) == (State.DEAD, True)
    assert (kept(rated), kept(rated, "JPY")) == before
    letter = rated.mail.sent[-1]
    assert (letter.to, sentence in " ".join(letter.text.replace("> ", "").split())) == ("admin@example.com", True)


def test_true_jump_is_kept_when_told(rated, exchange, fetch):
    fetch()
    exchange.days = [day(1, USD="1.27")]
    assert fetch(largest_jump="0.22").state == State.DONE
    assert kept(rated)[-1] == ("2026-11-25", "1.27")


def test_source_that_is_away_is_asked_again(rated, exchange, fetch):
    exchange.fail_with = Unavailable("The source is away.")
    task = fetch()
    assert (task.state, task.error) == (State.RETRY, "The source is away.")


def test_schedule_begins_at_once_and_goes_on_at_a_quarter_past_four(rated):
    with rated.uow.transaction():
        rated.timetable.declare(rated.catalogue)
    with rated.uow.reading():
        found, ran = rated.schedules.get("exchange-rates"), rated.timetable.last_runs("exchange-rates")
    assert rated.timetable.in_words(found) == "At 16:15 every day (Europe/Brussels)"
    assert (found.next_due, [run.due_at for run in ran]) == (datetime(2026, 11, 25, 15, 15, tzinfo=UTC), [None])
