"""The report of every morning: once for each due instant, with the figures and what needs a look."""

from datetime import UTC, datetime

import pytest

from adapters.clock import SetClock
from adapters.mail.memory import MemoryMail
from core.domain.tasks import State


@pytest.fixture
def clock():
    return SetClock(datetime(2026, 11, 24, 6, 30, tzinfo=UTC))


@pytest.fixture
def reported(make_app, clock):
    app = make_app(clock=clock, mail=MemoryMail())
    with app.uow.transaction():
        app.accounts.first_admin("admin@example.com", "correct horse battery")
        app.timetable.declare(app.catalogue)
        app.contact.receive(name="Ada", email="ada@example.com", subject="Engines", message="Hello")
    return app


def fire(app):
    with app.uow.transaction():
        return [task.name for task in app.timetable.fire_due()]


def test_report_of_the_morning_has_the_figures_and_leads_into_the_admin(reported, clock, drain_queue):
    drain_queue(reported, "mail")
    clock.pass_by(minutes=29)
    assert fire(reported).count("overview.daily-report") == 0
    clock.pass_by(minutes=2)
    assert fire(reported).count("overview.daily-report") == 1
    assert fire(reported).count("overview.daily-report") == 0
    drain_queue(reported, "mail", "mail")
    (letter,) = [letter for letter in reported.mail.sent if "all is well" in letter.subject]
    assert (letter.to, letter.subject) == ("admin@example.com", "Enginebay, Tuesday, 24 November 2026: all is well")
    link = "/admin/contact-messages/?created_at.from=2026-11-23T07%3A01%3A00"
    assert f"- Messages received: 1 (+1; 0 before)\n  http://127.0.0.1:8000{link}" in letter.text
    assert f'href="http://127.0.0.1:8000{link}"' in letter.html
    assert "Exchange rates: There are none yet. http://127.0.0.1:8000/admin/exchange-rates/" in letter.text


def test_report_names_what_needs_a_look(reported, clock, drain_queue):
    with reported.uow.transaction():
        doomed = reported.timetable.run_now("clean-up")
        reported.ledger.lock(doomed.id).state = State.DEAD
        reported.timetable.run_now("daily-report")
    drain_queue(reported, "mail")
    (letter,) = [letter for letter in reported.mail.sent if "needs a look" in letter.subject]
    assert "1 task is dead and waits for somebody" in letter.text
    assert "- clean-up (failed): Its last task was dead." in letter.text


@pytest.mark.parametrize(
    ("at", "missed", "word", "sentence"),
    [
        ((7, 7), "latest", "running", "Its last task is ready."),
        ((10, 7), "latest", "missed", "3 runs were missed before it ran again."),
        ((10, 37), "skip", "missed", "4 runs were missed before now."),
        ((10, 37), "all", "late", "It ran, 30 minutes late."),
        ((10, 7), "all", "on time", "It ran when it was due."),
    ],
)
def test_schedule_stands_as_its_last_run_went(reported, clock, drain_queue, at, missed, word, sentence):
    with reported.uow.transaction():
        reported.schedules.lock("clean-up").missed = missed
    clock.instant = datetime(2026, 11, 24, *at, tzinfo=UTC)
    fire(reported)
    if missed == "all":
        drain_queue(reported, "upkeep")
    with reported.uow.reading():
        (found,) = [one for one in reported.schedule_watch.standings() if one.schedule.name == "clean-up"]
    assert (found.word, found.sentence) == (word, sentence)


def test_schedule_nobody_fires_is_late_until_it_is_paused(reported, clock):
    clock.pass_by(hours=2)
    with reported.uow.transaction():
        first = reported.schedule_watch.standings()[0]
        assert (first.word, first.needs_a_look) == ("late", True)
        assert first.sentence.endswith("ago and has not begun. Does the scheduler run?")
        reported.timetable.pause("clean-up")
        last = next(one for one in reported.schedule_watch.standings() if one.schedule.name == "clean-up")
    assert (last.word, last.coming) == ("paused", [])
