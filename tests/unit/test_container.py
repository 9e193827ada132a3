"""Any port or service is replaced in one line, and everything that uses it gets the replacement."""

from collections import Counter

import pytest
from tests.tries import Try

from adapters.clock import SystemClock
from adapters.mail.memory import MemoryMail
from adapters.memory import in_memory
from adapters.queue.inline import InlineWakeUps
from core.domain.post import Recipient
from entrypoints.config import Settings
from entrypoints.container import build

DIED = {"task_id": "tsk_1", "name": "contact.deliver", "error": "The mail server does not answer."}


class Wall:
    """Stands in for anything."""


@pytest.mark.parametrize(
    "name",
    [
        "clock", "redis", "quick_redis", "wake_ups", "limiter", "cron", "secrets", "links", "mail", "inbox",
        "orders", "stationery",
        "uow", "migrations", "ledger", "life_signs", "users", "sessions", "tries", "messages", "audit_trail",
        "kept_answers", "schedules", "record_store", "outbox", "audit", "post", "tasks", "guard", "accounts", "sign_in",
        "contact", "once_only", "alerts", "timetable", "records",
    ],
)  # fmt: skip
def test_port_or_service_is_replaced_in_one_line(name):
    wall = Wall()
    assert getattr(build(Settings(), **{name: wall}), name) is wall


def test_replacement_reaches_those_who_use_it():
    mail = MemoryMail()
    app = build(Settings(), mail=mail, **in_memory(SystemClock(), InlineWakeUps()))
    run = Try(app)
    with run.start():
        envelope = app.post.address("task_died", Recipient(mail="ada@example.com"), DIED, run)
    app.post.send(envelope, run)
    assert [letter.to for letter in mail.sent] == ["ada@example.com"]


def test_unknown_name_is_refused_by_a_sentence():
    with pytest.raises(TypeError, match="There is no port or service 'mial' to replace"):
        build(Settings(), mial=MemoryMail())
    with pytest.raises(AttributeError, match="The app has no part 'mial'"):
        _ = build(Settings()).mial


def test_two_apps_share_nothing():
    assert build(Settings()).catalogue is not build(Settings()).catalogue


def test_no_two_parts_of_the_app_have_one_name():
    """The one that is looked for first would silently stand in the other's place."""
    of_containers = ("settings", "vendors", "storage")
    names = Counter(name for part in build(Settings()).parts for name in part.providers if name not in of_containers)
    assert [name for name, times in names.items() if times > 1] == []
