"""The story of a contact message, told in memory."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.clock import SetClock
from adapters.mail.memory import MemoryMail
from adapters.memory import in_memory
from adapters.queue.inline import InlineWakeUps
from core.domain.kernel.errors import Unavailable
from core.domain.tasks import State
from entrypoints.config import Settings
from entrypoints.container import build
from entrypoints.worker.desk import Desk
from entrypoints.worker.drain import Drain


@pytest.fixture
def app(tmp_path):
    clock = SetClock(datetime(2026, 11, 24, 12, tzinfo=UTC))
    made = build(Settings(home=tmp_path), mail=MemoryMail(), **in_memory(clock, InlineWakeUps()))
    with made.uow.transaction():
        made.accounts.first_admin("boss@example.com", "correct horse battery")
    return made


def send(app, *, notify_me=False):
    with app.uow.transaction():
        return app.contact.receive(
            name="Ada", email="ada@example.com", subject="Hello", message="How are you?", notify_me=notify_me
        )


def work(app):
    app.catalogue.bind(app.marked)
    drain = Drain(app, Desk(app), lambda: False)
    for _ in range(2):  # the second time for what the first has led to
        drain.run("mail")
        drain.rest()
    drain.close()


def test_message_reaches_the_super_admin(app):
    message, task = send(app)
    work(app)
    (letter,) = app.mail.sent
    assert (letter.to, letter.reply_to) == ("boss@example.com", "ada@example.com")
    with app.uow.reading():
        assert app.ledger.get(task.id).state == State.DONE
        assert app.messages.get(message.id).delivered_at == app.clock.now()


def test_sender_is_told_if_they_asked(app):
    send(app, notify_me=True)
    work(app)
    assert [letter.to for letter in app.mail.sent] == ["boss@example.com", "ada@example.com"]


def test_message_waits_while_mail_is_away(app):
    message, task = send(app)
    app.mail.fail_with = Unavailable("The mail server does not answer.")
    work(app)
    with app.uow.reading():
        assert app.ledger.get(task.id).state == State.RETRY
        assert app.messages.get(message.id).delivered_at is None
    app.mail.fail_with = None
    app.clock.pass_by(minutes=20)
    with app.uow.transaction():
        app.ledger.promote()
    work(app)
    assert len(app.mail.sent) == 1
