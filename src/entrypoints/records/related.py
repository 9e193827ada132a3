"""What belongs to what: a message to the tasks and mails that carry it, a task to what it is about; it only reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlencode

from core.domain.audit import AuditEntry
from core.domain.contact import ContactMessage
from core.domain.kernel.ids import earliest_id
from core.domain.records import Related
from core.domain.records.exports import WRITE
from core.domain.tasks import State, Task
from core.ports.records import Condition, Question, Row
from entrypoints.container import App

TOGETHER = timedelta(seconds=5)
"""How much later than what asked for it a task of the same transaction may have been made."""
MOST = 500
FIELDS = ("id", "name", "state", "error", "payload")
NAMES = {"contact.deliver": "Delivery to us", "contact.tell-sender": "Note to the sender"}
ABOUT = {"message_id": "contact message", "task_id": "task"}


def of_message(app: App, row: Row) -> Iterator[Related]:
    """The tasks that carry a message and, on a development machine, its mails."""
    instants = filter(None, (row["created_at"], row["delivered_at"]))
    tasks = {task["id"]: task for instant in instants for task in tasks_about(app, row["id"], instant)}
    yield from map(_carrier, tasks.values())
    for key in tasks:
        yield from _deliveries(app, key)
    if row["email"] and app.settings.smtp.url is None and not app.settings.is_production:
        query = urlencode({"q": row["email"]})
        yield Related(label="Mails", name="those with this address, in the inbox", address=f"/dev/inbox?{query}")


def of_task(app: App, row: Row) -> Iterator[Related]:
    """The records that a task's payload names, and the file that it wrote."""
    if row["name"] == WRITE and row["state"] == State.DONE:
        yield Related(
            label="File", name="the exported list", address="/admin/exports/file/?" + urlencode({"id": row["id"]})
        )
    yield from _deliveries(app, row["id"])
    for name, kind in ABOUT.items():
        key = row["payload"].get(name)
        if isinstance(key, str):
            found = app.record_store.get(ContactMessage if kind == "contact message" else Task, key)
            yield Related(label=kind.capitalize(), name=str(found or key), kind=kind if found else "", key=key,
                          sentence="" if found else "It was deleted.")  # fmt: skip


def _deliveries(app: App, task_id: str) -> Iterator[Related]:
    """What became of the message that a task sent."""
    for one in app.deliveries.of_message(task_id):
        yield Related(
            label="Delivery", name=f"{one.channel} to {one.recipient}", kind="delivery", key=one.id, state=one.state,
            sentence=one.detail,
        )  # fmt: skip


def acts_of_user(row: Row) -> Related:
    """What a user did, in the audit."""
    address = "/admin/audit-entries/?" + urlencode({"actor_id.is": row["id"]})
    return Related(label="Activity", name="what this user did", address=address)


def mails_of_user(row: Row) -> Related:
    """What was sent to a user, and what became of it."""
    address = "/admin/deliveries/?" + urlencode({"recipient.is": row["email"]})
    return Related(label="Deliveries", name="what was mailed to this address", address=address)


def _carrier(task: Row) -> Related:
    label = NAMES.get(task["name"], "Task")
    why = task["error"] if task["state"] != State.DONE and task["error"] else ""
    return Related(label=label, name=task["name"], kind="task", key=task["id"], state=str(task["state"]), sentence=why)


def tasks_about(app: App, key: str, instant: datetime) -> Iterator[Row]:
    """What was made together with a record and names it, as rows.

    Tasks name what they are about in their payload only; made with it, they stand beside it in the order of ids.
    """
    conditions = (
        Condition(field="id", test="from", value=earliest_id("tsk", instant)),
        Condition(field="id", test="before", value=earliest_id("tsk", instant + TOGETHER)),
    )
    made = app.record_store.page(Task, FIELDS, Question(order="id", conditions=conditions), MOST).rows
    yield from (row for row in made if key in row["payload"].values())


def last_act(app: App, kind: str, key: str) -> str:
    """What was done last to a record, as the audit has it, or ""."""
    about = (Condition(field="kind", test="is", value=kind), Condition(field="record_id", test="is", value=key))
    question = Question(order="id", descending=True, conditions=about)
    rows = app.record_store.page(AuditEntry, ("id", "action"), question, 1).rows
    return rows[0]["action"] if rows else ""
