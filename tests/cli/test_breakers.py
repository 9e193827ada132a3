"""`flask vendors list|open|close|reset`: what they say, what they do, and who reads of it afterwards."""

import json

import pytest

from adapters.clock import SystemClock
from adapters.resilience.breakers import MemoryBreakers
from core.domain.audit import AuditEntry
from core.ports.records import Question


@pytest.fixture
def app(make_app):
    return make_app(breakers=MemoryBreakers(SystemClock()))


def listed(flask, vendor):
    return next(row for row in json.loads(flask("vendors", "list", "--json")[1]) if row["vendor"] == vendor)


def test_breaker_is_opened_and_reset_with_an_audit(app, flask):
    assert flask("vendors", "open", "sms:sandbox") == (
        0, "sms:sandbox is not asked any more. To have it asked again: flask vendors reset sms:sandbox\n"
    )  # fmt: skip
    opened = listed(flask, "sms:sandbox")
    assert (opened["stands"], opened["held"], opened["answers"]) == ("not asked", True, False)
    assert listed(flask, "sms:understudy")["answers"] is True
    assert flask("vendors", "close", "sms:sandbox")[0] == 0
    assert flask("vendors", "reset", "sms:sandbox")[1] == "sms:sandbox is asked again, and its calls decide.\n"
    assert (listed(flask, "sms:sandbox")["stands"], listed(flask, "sms:sandbox")["held"]) == ("well", False)
    with app.uow.reading():
        rows = app.record_store.page(AuditEntry, ("id", "action", "label"), Question(order="id"), 10).rows
    assert [(row["action"], row["label"]) for row in rows] == [
        ("opened", "sms:sandbox"), ("closed", "sms:sandbox"), ("reset", "sms:sandbox")
    ]  # fmt: skip


def test_vendor_that_is_not_there_is_named_with_those_that_are(flask):
    code, said = flask("vendors", "open", "sms:nobody")
    assert (code, "There is no vendor 'sms:nobody' here. Take one of: mail:sandbox" in said) == (2, True)
