"""An export from the order to the file: what is in it, who may have it, and what is left when a worker dies."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from adapters.clock import SetClock
from adapters.files.memory import MemoryFiles
from core.domain.audit import AuditEntry
from core.domain.kernel.errors import Forbidden, NotFound
from core.domain.kernel.ids import new_id
from core.domain.tasks import State
from core.ports.records import Question

STAFF = "\ufeffid,name,email,subject,message,notify_me,created_at,delivered_at"
"""What staff sees of a message; a field more is for admins."""


@pytest.fixture
def office(make_app):
    """An application with two messages and one user of each role that may export."""
    app = make_app(clock=SetClock(datetime(2026, 11, 24, 16, tzinfo=UTC)))
    with app.uow.transaction():
        for role in ("viewer", "staff", "super-admin"):
            app.accounts.create(f"{role}@example.org", role.title(), role, "correct horse battery")
        for subject in ("Looms", "Engines"):
            app.contact.receive(name="Ada", email="a@example.com", subject=subject, message="Hello")
    return app


def user(app, role):
    with app.uow.reading():
        return app.users.by_email(f"{role}@example.org")


def order(app, role="staff", kind="contact-messages", **asked):
    declared = app.kinds[kind].for_role(user(app, role).role)
    with app.uow.transaction():
        return app.exports.order(declared, declared.question(**asked), "search=x", user(app, role)).id


def show(app, task_id, role="staff"):
    with app.uow.reading():
        return app.exports.show(task_id, user(app, role))


def take(app, task_id, role="staff"):
    with app.uow.reading():
        _, file = app.exports.open(task_id, user(app, role))
    with file:
        return file.read().decode()


def test_export_is_written_by_a_worker_and_taken_by_who_asked(office, drain_queue):
    key = order(office, search="looms")
    with pytest.raises(NotFound, match="not finished"):
        take(office, key)
    drain_queue(office, "exports")
    text, shown = take(office, key), show(office, key)
    assert (text.splitlines()[0], text.count("\r\n"), "Looms" in text) == (STAFF, 2, True)
    assert (shown.rows, shown.size, shown.file_name) == (1, len(text.encode()), "contact-messages-2026-11-24.csv")
    assert (shown.task.progress.done, shown.task.progress.message) == (1, "every row is written")


def test_export_is_audited_in_the_name_of_who_asked(office):
    order(office)
    with office.uow.reading():
        (noted,) = office.record_store.page(AuditEntry, ("action", "kind", "label"), Question(order="id"), 10).rows
    assert noted == {"action": "exported", "kind": "contact message", "label": "search=x"}


def test_same_order_that_waits_is_the_same_task(office):
    assert order(office) == order(office)
    assert order(office) != order(office, search="looms")
    assert order(office) != order(office, role="viewer")


@pytest.mark.parametrize("role", ["viewer", "nobody"])
def test_export_of_somebody_else_is_not_found(office, drain_queue, role):
    key = order(office)
    drain_queue(office, "exports")
    with office.uow.transaction():
        office.accounts.create("nobody@example.org", "Admin", "admin", "correct horse battery")
    for look in (show, take):
        with pytest.raises(NotFound, match="no such export"):
            look(office, key, role)
    assert take(office, key, "super-admin").startswith(STAFF)


def change(app, who, **fields):
    with app.uow.transaction():
        found = app.users.by_email(f"{who}@example.org")
        for name, value in fields.items():
            setattr(found, name, value)


@pytest.mark.parametrize("fields", [{"role": "member"}, {"active": False}])
def test_role_that_was_taken_away_meanwhile_gets_no_file(office, drain_queue, fields):
    key = order(office)
    change(office, "staff", **fields)
    drain_queue(office, "exports")
    found = show(office, key)
    assert (found.task.state, found.size, list(office.export_files.names())) == (State.DEAD, None, [])
    assert "may not enter the panel any more" in found.task.error


def test_role_that_is_taken_away_later_cannot_take_the_file(office, drain_queue):
    key = order(office, role="super-admin", kind="users")
    drain_queue(office, "exports")
    change(office, "super-admin", role="staff")
    with pytest.raises(Forbidden, match="Your role is staff"):
        take(office, key, "super-admin")


def test_file_holds_the_fields_that_the_role_sees(office, drain_queue):
    keys = {role: order(office, role) for role in ("staff", "super-admin")}
    drain_queue(office, "exports")
    headers = {role: take(office, key, role).partition("\r\n")[0] for role, key in keys.items()}
    assert headers == {"staff": STAFF, "super-admin": STAFF.replace("notify_me,", "notify_me,address,")}


def test_secret_fields_are_in_no_file(office, drain_queue):
    key = order(office, role="super-admin", kind="users")
    drain_queue(office, "exports")
    assert "argon2" not in take(office, key, "super-admin")


def test_second_try_replaces_what_the_first_one_left(office, drain_queue):
    key = order(office)
    with office.export_files.new(f"{key}.csv") as file:
        file.write(b"of a worker that died before it said so")
    drain_queue(office, "exports")
    assert take(office, key).startswith(STAFF)
    assert list(office.export_files.names()) == [f"{key}.csv"]


def test_export_that_is_removed_is_gone_and_not_listed(office, drain_queue):
    done = order(office)
    drain_queue(office, "exports")
    office.clock.pass_by(seconds=1)
    waiting = order(office)
    staff = user(office, "staff")
    with office.uow.reading():
        assert [one.task.id for one in office.exports.of(staff)] == [waiting, done]
    for key in (done, waiting):
        with office.uow.transaction():
            office.exports.discard(key, staff)
    with office.uow.reading():
        assert office.exports.of(staff) == []
    assert show(office, waiting).task.state == State.CANCELLED
    with pytest.raises(NotFound):
        take(office, done)


def test_files_are_removed_after_seven_days(office, drain_queue):
    now = office.clock.now()
    ages = {new_id("tsk", now - timedelta(days=days)): days for days in (0, 6, 8, 30)}
    for name in ages:
        for ending in (".csv", ".csv.0123.part"):
            with office.export_files.new(name + ending) as file:
                file.write(b"x")
    with office.uow.transaction():
        office.outbox.enqueue("exports.clean-up", {})
    drain_queue(office, "upkeep")
    left = {ages[name.partition(".")[0]] for name in office.export_files.names()}
    assert (left, len(list(office.export_files.names()))) == ({0, 6}, 4)


def test_files_may_be_kept_elsewhere(make_app, drain_queue):
    app = make_app(export_files=MemoryFiles())
    with app.uow.transaction():
        app.accounts.create("staff@example.org", "Staff", "staff", "correct horse battery")
    key = order(app)
    drain_queue(app, "exports")
    assert isinstance(app.export_files.open(f"{key}.csv"), BytesIO)
    assert take(app, key).splitlines() == [STAFF]
