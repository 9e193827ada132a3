"""How people wish to be told: quiet hours by the clock on their wall, channels, phones; in memory."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.clock import SetClock
from adapters.mail.memory import MemoryMail
from adapters.memory import in_memory
from adapters.queue.inline import InlineWakeUps
from core.domain.kernel.errors import Invalid, TooMany
from core.domain.notices import QuietHours
from core.domain.tasks import State
from entrypoints.config import Settings
from entrypoints.container import build
from entrypoints.worker.desk import Desk
from entrypoints.worker.drain import Drain

NIGHT = {"starts": "22:00", "ends": "07:00"}


def at(text):
    return datetime.fromisoformat(f"{text}+00:00")


def quiet(text, zone="UTC", **hours):
    found = QuietHours(**(hours or NIGHT), zone=zone).until(at(text))
    return found and found.strftime("%d %H:%M")


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2026-11-24T21:59:59", None), ("2026-11-24T22:00:00", "25 07:00"), ("2026-11-25T00:00:00", "25 07:00"),
        ("2026-11-25T06:59:59", "25 07:00"), ("2026-11-25T07:00:00", None),
    ],
)  # fmt: skip
def test_quiet_over_midnight(now, ends):
    assert quiet(now) == ends


def test_quiet_by_day_ends_on_the_same_day():
    hours = {"starts": "12:30", "ends": "14:00"}
    assert [quiet(f"2026-11-24T{time}:00", **hours) for time in ("12:29", "12:30", "14:00")] == [None, "24 14:00", None]


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2026-03-28T21:30:00", "29 05:00"),  # 22:30 in winter time; 07:00 in summer time is 05:00 UTC
        ("2026-10-24T20:30:00", "25 06:00"),  # 22:30 in summer time; 07:00 in winter time is 06:00 UTC
        ("2026-10-25T05:30:00", "25 06:00"),
        ("2026-07-01T05:30:00", None),
    ],
)  # fmt: skip
def test_quiet_is_by_the_clock_on_the_wall_across_daylight_saving(now, ends):
    assert quiet(now, "Europe/Berlin") == ends


def test_hour_that_is_left_out_and_hour_that_comes_twice():
    spring, autumn = {"starts": "01:00", "ends": "02:30"}, {"starts": "02:30", "ends": "02:45"}
    assert quiet("2026-03-29T00:30:00", "Europe/Berlin", **spring) == "29 01:30"  # 03:30, since there is no 02:30
    assert quiet("2026-10-25T00:31:00", "Europe/Berlin", **autumn) == "25 01:45"  # from the first to the second


def test_zone_that_is_not_known_is_utc():
    assert quiet("2026-11-24T23:00:00", "Moon/Tranquility") == "25 07:00"


@pytest.fixture
def app(tmp_path):
    clock = SetClock(datetime(2026, 11, 24, 12, tzinfo=UTC))
    made = build(Settings(home=tmp_path), mail=MemoryMail(), **in_memory(clock, InlineWakeUps()))
    with made.uow.transaction():
        made.accounts.first_admin("boss@example.com", "correct horse battery")
    return made


@pytest.fixture
def ada(app):
    with app.uow.transaction():
        return app.accounts.create("ada@example.com", "Ada", "member", "correct horse battery")


def write(app):
    """Ada writes to us and wants to be told; what follows is done."""
    with app.uow.transaction():
        app.contact.receive(name="Ada", email="ada@example.com", subject="Hello", message="Hello", notify_me=True)
    work(app)


def work(app):
    app.catalogue.bind(app.marked)
    drain = Drain(app, Desk(app), lambda: False)
    with app.uow.transaction():
        app.ledger.promote()
    for _ in range(3):
        drain.run("mail")
        drain.rest()
    drain.close()


def told(app, user):
    """What reached somebody: the titles on the site, and the subjects in the mailbox."""
    with app.uow.reading():
        rang = [notice.title for notice in app.notice_desk.page(user.id).notices]
    return rang, [letter.subject for letter in app.mail.sent if letter.to == user.email]


def choose(app, user, kind="contact_delivered", ways=("bell",)):
    with app.uow.transaction():
        app.preference_desk.choose(user, {kind: list(ways)})


def hush(app, user, starts, ends):
    with app.uow.transaction():
        app.preference_desk.be_quiet(user, starts, ends)


def states(app, name="contact.tell-sender"):
    with app.uow.reading():
        return [(task.state, task.attempts) for task in app.ledger.recent(10) if task.name == name]


def test_usual_is_the_bell_and_a_mail(app, ada):
    write(app)
    rang, mailed = told(app, ada)
    assert (len(rang), len(mailed)) == (1, 1)


def test_channel_that_is_switched_off_is_not_used(app, ada):
    choose(app, ada, ways=["bell"])
    write(app)
    rang, mailed = told(app, ada)
    assert (len(rang), mailed, states(app)[0][0]) == (1, [], State.DONE)


def test_nothing_chosen_is_nothing_told_and_no_task_that_failed(app, ada):
    choose(app, ada, ways=[])
    write(app)
    assert (told(app, ada), states(app)[0][0]) == (([], []), State.DONE)


def test_mail_waits_for_the_end_of_quiet_and_the_bell_does_not(app, ada):
    hush(app, ada, "11:00", "22:30")
    write(app)
    rang, mailed = told(app, ada)
    assert (len(rang), mailed, states(app)[0][0]) == (1, [], State.SCHEDULED)
    app.clock.pass_by(hours=10)
    work(app)
    assert told(app, ada)[1] == []
    app.clock.pass_by(minutes=31)
    work(app)
    work(app)
    rang, mailed = told(app, ada)
    assert (len(rang), len(mailed), states(app)[0][0]) == (1, 1, State.DONE)


def test_wish_that_changed_while_a_message_waited_is_heeded(app, ada):
    hush(app, ada, "11:00", "22:30")
    write(app)
    choose(app, ada, ways=[])
    app.clock.pass_by(hours=11)
    work(app)
    assert (told(app, ada)[1], states(app)[0][0]) == ([], State.DONE)


def test_what_is_critical_comes_at_any_hour(app, ada):
    hush(app, ada, "11:00", "22:30")
    with app.uow.transaction():
        app.password_desk.ask_reset(ada.email)
    work(app)
    assert len(told(app, ada)[1]) == 1
    with pytest.raises(Invalid):
        choose(app, ada, "password_reset", [])


def test_mail_says_how_to_get_no_more_of_it(app, ada):
    write(app)
    (headers,) = [letter.headers for letter in app.mail.sent if letter.to == ada.email]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].startswith(
        f"<http://127.0.0.1:8000/notifications/off/{ada.id}/contact_delivered/"
    )


def test_who_has_no_account_is_told_as_before(app):
    write(app)
    assert [letter.headers.get("List-Unsubscribe") for letter in app.mail.sent] == [None, None]


def test_suspended_user_is_told_nothing(app, ada):
    with app.uow.transaction():
        app.users.get(ada.id).active = False
    write(app)
    assert told(app, ada) == ([], [])


def test_choice_of_a_way_that_was_not_shown_stays(app, ada):
    choose(app, ada, ways=["bell", "sms"])
    with app.uow.transaction():
        app.preference_desk.choose(ada, {"contact_delivered": ["mail"]}, among=["bell", "mail"])
    with app.uow.reading():
        assert app.preferences.find(ada.id, "contact_delivered").channels == ["mail", "sms"]


@pytest.mark.parametrize(("starts", "ends"), [("22:00", "22:00"), ("25:00", "07:00"), ("22:00", ""), ("ten", "07:00")])
def test_hours_that_cannot_be_are_refused(app, ada, starts, ends):
    with pytest.raises(Invalid):
        hush(app, ada, starts, ends)


def ask(app, user, number="+44 20 7946 0018"):
    app.clock.pass_by(seconds=1)
    with app.uow.transaction():
        return app.phone_desk.ask(user, number)


def confirm(app, user, code):
    with app.uow.transaction():
        return app.phone_desk.confirm(user, code)


def phone(app, user):
    with app.uow.reading():
        return app.preference_desk.reach(user).phone


def test_phone_is_kept_once_its_code_was_typed(app, ada):
    proof = ask(app, ada)
    work(app)
    assert phone(app, ada) == ""
    code = app.codes.code(proof)
    assert (confirm(app, ada, f"{code[:3]} {code[3:]}"), phone(app, ada)) == ("", "+442079460018")
    work(app)
    assert [subject for subject in told(app, ada)[1] if "phone number" in subject] != []
    assert confirm(app, ada, code) != ""


def test_code_is_over_after_five_tries_and_after_ten_minutes(app, ada):
    code = app.codes.code(ask(app, ada))
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert [bool(confirm(app, ada, wrong)) for _ in range(5)] == [True] * 5
    assert (confirm(app, ada, code) != "", phone(app, ada)) == (True, "")
    code = app.codes.code(ask(app, ada))
    app.clock.pass_by(minutes=10)
    assert (confirm(app, ada, code) != "", phone(app, ada)) == (True, "")


def test_codes_are_sent_three_times_an_hour(app, ada):
    for _ in range(3):
        ask(app, ada)
    with pytest.raises(TooMany):
        ask(app, ada)
    app.clock.pass_by(hours=1)
    ask(app, ada)


def test_removed_phone_is_gone(app, ada):
    confirm(app, ada, app.codes.code(ask(app, ada)))
    with app.uow.transaction():
        app.phone_desk.forget(ada)
    with pytest.raises(Invalid), app.uow.transaction():
        app.phone_desk.forget(ada)
    assert phone(app, ada) == ""


def test_bell_rings_for_a_task_that_somebody_watches(app, ada):
    with app.uow.transaction():
        _, task = app.contact.receive(name="Bob", email="bob@example.com", subject="Hello", message="Hello")
        for _ in range(2):
            app.watch_desk.ring(task, "Your message", "http://127.0.0.1:8000/tasks/x", ada.id)
    work(app)
    with app.uow.transaction():
        app.watch_desk.notice()
    work(app)
    assert told(app, ada) == (["Your message: it is done"], [])
