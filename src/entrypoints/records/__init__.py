"""The records of this application, declared for the panel and its tasks: each a few lines over an entity and its
services; it knows no page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core.domain.accounts.role_desk import KIND as ROLE_KIND
from core.domain.audit import AuditEntry
from core.domain.contact import ContactMessage
from core.domain.records import Action, DeletedRecord, Record, Related
from core.domain.records.permissions import ADMINS
from core.domain.schedules import MISSED, Schedule
from core.domain.tasks import ENDED, WAITING, State, Task
from core.ports.records import Row
from entrypoints import modules
from entrypoints.container import App
from entrypoints.records import related
from entrypoints.records.sessions import sessions
from entrypoints.records.users import users
from entrypoints.records.words import instant

WITHDRAWN = "cancelled, for its message was deleted"


def declare(app: App) -> tuple[Record, ...]:
    """Return every kind of record, in the order of the menu."""
    of_modules = [record for found in modules.faces(__name__) for record in found.declare(app)]
    own = (users(app), sessions(app), _contact_messages(app), _tasks(app), _schedules(app))
    return tuple(_led_on(app, kind) for kind in (*own, *of_modules, _deleted_records(app), _audit_entries(app)))


def kinds_for(app: App, role: str) -> dict[str, Record]:
    """Return every kind that a role may see, by name, as far as it is for that role."""
    return {kind.name: kind.for_role(role) for kind in app.kinds.values() if role in kind.roles}


def _led_on(app: App, kind: Record) -> Record:
    """A kind whose records also lead on to what modules have of them (`related(app, kind, key)` in their file here)."""
    tell = [found.related for found in modules.faces(__name__) if hasattr(found, "related")]

    def related_too(row: Row) -> list[Related]:
        return [*kind.related(row), *(line for more in tell for line in more(app, kind.name, str(row[kind.key])))]

    return replace(kind, related=related_too)


def _audit_entries(app: App) -> Record:
    return Record(
        AuditEntry, "audit entry", ("at", "actor_name", "action", "kind", "label", "address"), plural="audit entries",
        search=("actor_name", "label", "action", "record_id"),
        filters=("at", "action", "kind", "actor_name", "actor_id", "record_id"),
        labels={"at": "When", "actor_name": "Who", "action": "Did what", "kind": "To a", "label": "Which one",
                "address": "From address", "actor_id": "User"},
        refers={"actor_id": "user"}, roles=ADMINS, veil=lambda row, role: _veiled(app, row, role),
        about="Who did what, from where, and what it was before. Nobody can change this list.",
    )  # fmt: skip


def _contact_messages(app: App) -> Record:
    return Record(
        ContactMessage, "contact message", ("created_at", "name", "email", "subject", "delivered_at"),
        search=("name", "email", "subject", "message"), filters=("created_at", "delivered_at", "notify_me", "email"),
        editable=("name", "email", "subject", "message", "notify_me"), long=("message",), prefix="msg", deletable=True,
        deleting=lambda message, by: _withdraw(app, message),
        restoring=lambda message, by: _send_after_all(app, message), may={"see address": ADMINS},
        labels={"notify_me": "Wants to be told", "created_at": "Received", "address": "Sent from"},
        hints={"notify_me": "Whether the sender asked for a mail when the message has been delivered."},
        related=lambda row: related.of_message(app, row), empty="They come in through the form at /contact.",
        about="What people wrote through the contact form. One made here is only kept, not mailed.",
    )  # fmt: skip


def _tasks(app: App) -> Record:
    return Record(
        Task, "task", ("created_at", "name", "queue", "state", "attempts", "finished_at"),
        search=("name", "error", "id"),
        filters=("state", "queue", "name", "error", "attempts", "created_at", "finished_at"),
        hidden=("token",), long=("error", "trace"), veil=_errand_veiled,
        names={"queue": tuple(app.catalogue.queues()), "name": tuple(app.catalogue.known())},
        choices={"state": tuple(str(state) for state in State)},
        labels={"created_at": "Accepted", "attempts": "Tries", "in_doubt": "Calls in doubt", "deaths": "Workers lost"},
        actions={
            "retried": Action(
                label="Run again", run=lambda key, by: app.tasks.retry(key),
                fits=lambda row: row["state"] in (State.DEAD, State.CANCELLED, State.RETRY, State.SCHEDULED),
                unfit="This task is {state}; only one that is dead, cancelled or waiting can be run again.",
            ),
            "discarded": Action(
                label="Discard", run=lambda key, by: app.tasks.discard(key),
                fits=lambda row: row["state"] == State.DEAD,
                unfit="This task is {state}; only a dead one can be discarded.",
            ),
            "cancelled": Action(
                label="Cancel task", run=lambda key, by: app.tasks.cancel(key), danger=True,
                fits=lambda row: row["state"] not in ENDED,
                unfit="This task is already {state}, so there is nothing to cancel.",
            ),
        },
        beside=lambda key: _progress(app, key), related=lambda row: related.of_task(app, row),
        moves=lambda row: row["state"] in (State.READY, State.RUNNING),
        about="Accepted work. Dead: given up after its last try; read the error, mend the cause, run it again. "
              "Finished tasks are kept for 30 days.",
    )  # fmt: skip


def _schedules(app: App) -> Record:
    return Record(
        Schedule, "schedule", ("name", "task", "cron", "zone", "enabled", "next_due"), key="name", order="name",
        hidden=("declared",), choices={"missed": MISSED}, editable=("cron", "zone", "missed", "window"),
        labels={"cron": "When (cron)", "missed": "Missed runs", "window": "Window, seconds"},
        hints={
            "missed": "all: each is made up for. latest: the last one is. skip: none is, unless within the window.",
            "window": "So late may a run be that is not made up for.",
            "zone": "The name of a time zone, like Europe/Brussels.",
        },
        changing=lambda before, after, by: app.timetable.changing(before, after),
        beside=lambda key: _timetable(app, key),
        actions={
            "run now": Action(label="Run now", run=lambda key, by: app.timetable.run_now(key)),
            "paused": Action(
                label="Pause", run=lambda key, by: app.timetable.pause(key), fits=lambda row: row["enabled"]
            ),
            "resumed": Action(
                label="Resume", run=lambda key, by: app.timetable.resume(key), fits=lambda row: not row["enabled"]
            ),
        },
        about="What runs by the clock. What is changed here stays, whatever the code declares later.",
    )  # fmt: skip


def _deleted_records(app: App) -> Record:
    return Record(
        DeletedRecord, "deleted record", ("at", "kind", "label", "by_name"), search=("kind", "label"),
        filters=("at", "kind", "by_name"), hidden=("act", "values"), deletable=True, may={"delete": ADMINS},
        labels={"at": "Deleted", "label": "Which one", "by_name": "By", "record_id": "Key"},
        only=lambda role: {"kind": tuple(kinds_for(app, role))},
        actions={
            "restored": Action(
                label="Restore", noted=False,
                run=lambda key, by: app.recycle_bin.restore(kinds_for(app, by.role), key, by),
            ),
        },
        title="Recycle bin",
        about="What was deleted is kept here for 30 days, and can come back as it was.",
        empty="That is good news.",
    )  # fmt: skip


def _veiled(app: App, row: Row, role: str) -> Row:
    """The audit tells of a change what the role may see of the record itself; of a kind that is gone, nothing."""
    kinds = {kind.name: kind for kind in app.kinds.values()}
    if not row.get("changes"):
        return row
    if row.get("kind") == ROLE_KIND and app.roles.allows(role, "roles.see"):
        return row
    kind = kinds.get(row.get("kind", ""))
    seen = kind.for_role(role).visible(row["changes"]) if kind and role in kind.roles else {}
    return row | {"changes": seen}


def _errand_veiled(row: Row, role: str) -> Row:
    """What somebody asked for may name fields that others do not see, so only a super-admin reads it whole."""
    payload = row.get("payload") or {}
    return row | {"payload": {"kind": payload["kind"]}} if "by" in payload and role != "super-admin" else row


def _timetable(app: App, key: str) -> dict[str, str]:
    """A schedule in words, when it runs next, and when it ran last."""
    schedule: Schedule = app.schedules.get(key)
    coming = [instant(due) for due in app.timetable.next_runs(schedule)]
    past = [f"{instant(run.fired_at)}{'' if run.due_at else ' (asked for)'}" for run in app.timetable.last_runs(key)]
    shown = {"In words": app.timetable.in_words(schedule), "Next": "\n".join(coming), "Last runs": "\n".join(past)}
    return {name: value for name, value in shown.items() if value}


def _withdraw(app: App, message: ContactMessage) -> None:
    """Nobody wants the mail of a message that was deleted; left alone, its task would die and raise an alarm."""
    for row in related.tasks_about(app, message.id, message.created_at):
        if row["state"] in WAITING:
            task = app.tasks.cancel(row["id"])
            app.audit.note(WITHDRAWN, "task", task.id, label=str(task))


def _send_after_all(app: App, message: ContactMessage) -> None:
    """What was withdrawn because the message was deleted goes on; what was cancelled for another reason does not."""
    for row in related.tasks_about(app, message.id, message.created_at):
        if row["state"] == State.CANCELLED and related.last_act(app, "task", row["id"]) == WITHDRAWN:
            task = app.tasks.retry(row["id"])
            app.audit.note("retried, for its message was restored", "task", task.id, label=str(task))


def _progress(app: App, key: str) -> dict[str, Any]:
    progress = app.ledger.get(key).progress
    if not (progress.done or progress.total or progress.message):
        return {}
    of = f" of {progress.total:,}" if progress.total else ""
    return {"Progress": f"{progress.done:,}{of} {progress.message}".strip()}
