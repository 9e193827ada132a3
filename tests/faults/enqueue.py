"""Accepts work without a web server: in a transaction of this process, as a request would."""

from __future__ import annotations

from uuid import uuid4

from entrypoints.container import App

MESSAGE = {"name": "Ada", "email": "ada@example.org", "message": "Hello.\nIt is me."}


def deliveries(app: App, number: int, prefix: str = "Message") -> list[str]:
    """Receive contact messages; returns the ids of the tasks that mail them."""
    accepted = []
    for nth in range(number):
        with app.uow.transaction():
            accepted.append(app.contact.receive(subject=f"{prefix} {nth}", **MESSAGE)[1].id)
    return accepted


def tasks(app: App, number: int) -> list[str]:
    """Ask for effects in our database; returns their keys."""
    keys = [uuid4().hex for _ in range(number)]
    with app.uow.transaction():
        for key in keys:
            app.outbox.enqueue("fault.count", {"key": key})
    return keys


def poison(app: App, name: str) -> str:
    """Ask for a task that kills; returns its id."""
    with app.uow.transaction():
        return str(app.outbox.enqueue(name, {}).id)
