"""A deed to many records as a task: each by its own rules, none twice, in the name of who asked."""

from datetime import UTC, datetime

import pytest

from adapters.clock import SetClock
from core.domain.audit import Actor, AuditEntry
from core.domain.contact import ContactMessage
from core.domain.kernel.errors import Conflict, Invalid
from core.domain.records import Action, Deed, Field, Kind, Record
from core.domain.tasks import State
from core.ports.records import Question


@pytest.fixture
def office(make_app):
    app = make_app(clock=SetClock(datetime(2026, 11, 24, 16, tzinfo=UTC)))
    with app.uow.transaction():
        app.accounts.create("staff@example.org", "Staff", "staff", "correct horse battery")
    return app


@pytest.fixture
def letters(office):
    """A kind with an action that asks for a word, refuses every tenth record, and counts how often it ran."""
    ran = []

    def stamp(key, by, *, word):
        ran.append(key)
        message = office.messages.get(key)
        if message.name.endswith("0"):
            raise Conflict("A letter that ends in nought is never stamped.")
        message.subject = word

    asks = (Field(name="word", kind=Kind.LINE, label="Word"),)
    declared = Record(
        ContactMessage, "letter", ("name", "subject"), search=("name",), filters=("name",), deletable=True,
        editable=("name", "email", "subject", "message"),
        actions={"stamped": Action(label="Stamp", run=stamp, asks=asks),
                 "whispered": Action(label="Whisper", run=lambda key, by: "secret", alone=True)},
    )  # fmt: skip
    office.declared["letters"] = declared
    return declared, ran


@pytest.fixture
def many(office):
    """A hundred and fifty letters; returns their ids."""
    with office.uow.transaction():
        return [
            office.contact.receive(name=f"N{number}", email="a@example.com", subject="x", message="y")[0].id
            for number in range(150)
        ]


def order(app, deed, **which):
    declared = app.kinds["letters"].for_role("staff")
    with app.uow.transaction(), app.audit.acting(Actor(address="192.0.2.7")):
        return app.bulk.order(declared, deed, app.users.by_email("staff@example.org"), **which).id


def ended(app, task_id):
    with app.uow.reading():
        return app.tasks.show(task_id)


def subjects(app):
    with app.uow.reading():
        rows = app.record_store.page(ContactMessage, ("subject",), Question(order="id"), 1000).rows
    return [row["subject"] for row in rows]


def acts(app):
    fields = ("action", "actor_name", "address", "kind")
    with app.uow.reading():
        return app.record_store.page(AuditEntry, fields, Question(order="id"), 1000).rows


def test_action_is_done_to_each_and_what_refuses_is_told(office, letters, many, drain_queue):
    key = order(office, Deed(verb="stamped", values={"word": "Looms"}), keys=many)
    drain_queue(office, "bulk")
    found = ended(office, key)
    assert (found.state, found.result["done"], found.result["refused"]) == (State.DONE, 135, 15)
    assert found.result["why"] == {"A letter that ends in nought is never stamped.": 15}
    assert (subjects(office).count("Looms"), len(letters[1])) == (135, 150)
    assert (found.progress.done, found.progress.total) == (150, 150)


def test_each_record_has_an_audit_in_the_name_and_from_the_address_of_who_asked(office, letters, many, drain_queue):
    order(office, Deed(verb="change", values={"subject": "Cards"}), keys=many[:3])
    drain_queue(office, "bulk")
    noted = {"action": "changed", "actor_name": "Staff <staff@example.org>", "address": "192.0.2.7", "kind": "letter"}
    assert acts(office) == [noted] * 3


def test_all_that_fit_when_it_was_asked_are_changed_and_no_later_one(office, letters, many, drain_queue):
    question = letters[0].question(search="N1")
    key = order(office, Deed(verb="change", values={"subject": "Cards"}), question=question)
    office.clock.pass_by(seconds=1)
    with office.uow.transaction():
        office.contact.receive(name="N1 later", email="a@example.com", subject="x", message="y")
    drain_queue(office, "bulk")
    assert (ended(office, key).result["done"], subjects(office).count("Cards")) == (61, 61)


def test_change_against_the_rules_changes_nothing_and_says_so_once(office, letters, many, drain_queue):
    key = order(office, Deed(verb="change", values={"email": "nobody"}), keys=many[:5])
    drain_queue(office, "bulk")
    result = ended(office, key).result
    assert (result["done"], result["refused"], list(result["why"].values())) == (0, 5, [5])


def test_deletion_of_all_that_fit_goes_through_the_recycle_bin(office, letters, many, drain_queue):
    order(office, Deed(verb="delete"), question=letters[0].question())
    drain_queue(office, "bulk")
    assert subjects(office) == []
    assert {row["action"] for row in acts(office)} == {"deleted"}


def test_second_try_goes_on_where_the_first_one_stopped(office, letters, many, drain_queue):
    key = order(office, Deed(verb="stamped", values={"word": "Looms"}), keys=many)
    with office.uow.transaction():
        task = office.ledger.lock(key)
        task.result = {"done": 99, "refused": 11, "why": {}, "place": sorted(many)[109]}
    drain_queue(office, "bulk")
    assert sorted(letters[1]) == sorted(many)[110:]
    result = ended(office, key).result
    assert result["done"] + result["refused"] == 150


def test_role_that_was_taken_away_does_nothing_more(office, letters, many, drain_queue):
    key = order(office, Deed(verb="change", values={"subject": "Cards"}), keys=many)
    with office.uow.transaction():
        office.users.by_email("staff@example.org").role = "viewer"
    drain_queue(office, "bulk")
    found = ended(office, key)
    assert (found.state, "Your role is viewer" in found.error, "Cards" in subjects(office)) == (State.DEAD, True, False)


def test_what_is_told_once_is_no_errand(office, letters, many):
    with pytest.raises(Invalid, match="at most 200 at once"):
        order(office, Deed(verb="whispered"), keys=many)


def test_action_that_asks_for_a_secret_is_declared_alone():
    secret = Field(name="password", kind=Kind.SECRET, label="Password")
    with pytest.raises(ValueError, match="declare it `alone`"):
        Action(label="Set", run=lambda key, by, password: None, asks=(secret,))
