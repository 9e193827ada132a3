"""Counts around a list: the same numbers in memory, SQLite and PostgreSQL, and honest ones where counting ends."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from core.domain.contact import ContactMessage
from core.domain.records import Record
from core.domain.tasks import State, Task
from core.ports.counts import Number

MESSAGES = Record(
    ContactMessage, "contact message", ("created_at", "name", "notify_me"),
    search=("name", "email", "subject", "message"),
    filters=("created_at", "notify_me", "name", "email"), choices={"name": ("Ada", "Bob", "Cyd")},
)  # fmt: skip
TASKS = Record(Task, "task", ("name",), filters=("state",), choices={"state": tuple(map(str, State))})
MANY = """
    INSERT INTO contact_messages (id, name, email, subject, message, notify_me, address, created_at)
    SELECT 'x' || i, 'Ada', 'e', 's', 'm', false, '', now() FROM generate_series(1, 12000) i
"""
BEGIN = datetime(2024, 12, 30, 12, tzinfo=UTC)


@pytest.fixture
def messages(kept, clock):
    """Twelve messages, one each hundredth day from the end of 2024 on, by Ada and Bob; each fourth wants to be told."""
    with kept.uow.transaction():
        for number in range(12):
            made, _ = kept.contact.receive(
                name=("Ada", "Bob")[number % 2], email="a@example.com", subject="s", message="m",
                notify_me=number % 4 == 0,
            )  # fmt: skip
            kept.messages.get(made.id).created_at = BEGIN + timedelta(days=100 * number)


def around(kept, kind=MESSAGES, days=None, search="", **filters):
    asked = {tuple(name.split("__")): value for name, value in filters.items()}
    with kept.uow.reading():
        return kept.surroundings.around(kind, kind.question(search=search, filters=asked), days=days or {})


def values(told):
    return {name: {value: number.value for value, number in one.items()} for name, one in told.tallies.items()}


def test_total_is_exact_as_long_as_it_is_small(kept, messages):
    assert around(kept).total == Number(value=12)
    assert around(kept, name__is="Ada").total == Number(value=6)
    assert around(kept, search="ada nobody").total == Number(value=0)


def test_tallies_say_what_each_choice_would_leave(kept, messages):
    assert values(around(kept)) == {"notify_me": {True: 3, False: 9}, "name": {"Ada": 6, "Bob": 6, "Cyd": 0}}
    assert values(around(kept, name__is="Ada")) == {
        "notify_me": {True: 3, False: 3}, "name": {"Ada": 6, "Bob": 6, "Cyd": 0},
    }  # fmt: skip
    assert values(around(kept, name__is="Bob", notify_me__is="no")) == {
        "notify_me": {True: 0, False: 6}, "name": {"Ada": 3, "Bob": 6, "Cyd": 0},
    }  # fmt: skip
    assert values(around(kept, search="bob"))["notify_me"] == {True: 0, False: 6}


def test_tallies_of_choices_that_are_words_of_the_domain(kept, messages):
    assert values(around(kept, TASKS))["state"]["ready"] == 12


def test_tallies_beyond_the_limit_are_at_least(kept, messages):
    fields = {"notify_me": (True, False), "name": ("Ada", "Bob")}
    with kept.uow.reading():
        question = MESSAGES.question(filters={("email", "is"): "a@example.com"})
        told = kept.counts.fitting(ContactMessage, fields, replace(question, words=("a",)), 5)
        alone = kept.counts.fitting(ContactMessage, {}, replace(question, words=("a",)), 5)
    assert {one.sense for by_value in told.tallies.values() for one in by_value.values()} == {"at least"}
    assert told.total == alone.total == Number(value=5, sense="at least")


def test_choice_that_was_not_met_where_counting_ended_has_no_number(kept, messages):
    assert around(kept, email__is="a@example.com").tallies["name"]["Cyd"] == Number(value=0)
    kept.surroundings.most = 5
    told = around(kept, email__is="a@example.com").tallies
    assert told["name"]["Cyd"] is None
    assert {one.sense for by_value in told.values() for one in by_value.values() if one} == {"at least"}


def test_choice_that_was_made_leaves_what_the_list_has_though_counting_ended_before_it_was_met(kept, messages):
    kept.surroundings.most = 5
    with kept.uow.transaction():
        kept.contact.receive(name="Cyd", email="a@example.com", subject="s", message="m", notify_me=False)
    told = around(kept, email__is="a@example.com", name__is="Cyd")
    assert (told.total, told.tallies["name"]["Cyd"]) == (Number(value=1), Number(value=1))


def test_size_and_total_of_many_are_told_by_statistics_of_postgresql(kept, messages):
    if not hasattr(kept.uow, "engine") or kept.uow.is_sqlite:
        pytest.skip("only PostgreSQL keeps statistics")
    with kept.uow.apart() as connection:
        connection.execute(text(MANY))
        connection.execute(text("ANALYZE contact_messages"))
    told = around(kept)
    assert told.total == Number(value=12012, sense="about")
    assert "subject" not in told.sortable
    assert around(kept, name__is="Ada").total.sense == "about"
    assert around(kept, name__is="Ada", notify_me__is="no").total == Number(value=250, sense="at least")
    tallies = around(kept).tallies
    assert tallies["name"]["Ada"].sense == "about"
    assert tallies["name"]["Ada"].value == pytest.approx(12006, rel=0.01)
    assert tallies["name"]["Cyd"].value == 0
    assert tallies["notify_me"][False].sense == "about"


def test_dates_lead_from_years_to_days_that_have_records(kept, messages):
    assert labels(around(kept)) == ([], ["2024", "2025", "2026", "2027", "2028"])
    assert labels(around(kept, days={"created_at": ("2025-01-01", "2025-12-31")})) == (
        ["2025"], ["April", "July", "October"],
    )  # fmt: skip
    assert labels(around(kept, days={"created_at": ("2025-04-01", "2025-04-30")})) == (["2025", "April"], ["9 April"])
    assert labels(around(kept, days={"created_at": ("2025-04-09", "2025-04-09")})) == (
        ["2025", "April", "9 April"], [],
    )  # fmt: skip


@pytest.mark.parametrize("days", [("2025-01-01", "nonsense"), ("", ""), ("2025-01-01", "2025-02-03")])
def test_dates_of_no_step_begin_at_the_years(kept, messages, days):
    assert labels(around(kept, days={"created_at": days}))[0] == []


def test_dates_of_an_empty_list_are_none(kept):
    assert around(kept).dates is None


def labels(told):
    return [one.label for one in told.dates.trail], [one.label for one in told.dates.steps]
