"""Who sits at the browsers of the journeys, and what lies on the desk before they come in; it presses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests
from sqlalchemy import text

from core.domain.tasks import Task
from entrypoints import trouble

ADMIN = ("admin@example.com", "correct horse battery")
PASSWORD = "a password for journeys"
DEAD = text("UPDATE tasks SET state = 'dead', error = :error, trace = 'Traceback' WHERE id = :id")


def sign_in(page: Any, email: str = ADMIN[0], password: str = ADMIN[1]) -> None:
    """Sign in as a person does, wherever that leads."""
    page.goto("/login")
    fill_in(page, email, password)


def fill_in(page: Any, email: str, password: str) -> None:
    """Sign in on the page that is open, which leads on to where one was going."""
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


class Stage:
    """An installation's own services, to lay out what a chore begins with."""

    def __init__(self, app: Any, address: str) -> None:
        self._app, self._address = app, address

    def person(self, role: str, email: str, name: str) -> str:
        """Make somebody who has chosen a password already; returns the key."""
        with self._app.uow.transaction():
            return str(self._app.accounts.create(email, name, role, PASSWORD).id)

    def letter(self, **words: Any) -> dict[str, Any]:
        """Send a contact message from outside; returns the answer."""
        letter = {"name": "Ada Lovelace", "email": "ada@example.com", "subject": "Engines", "message": "Hello", **words}
        sent = requests.post(f"{self._address}/api/v1/contact-messages", json=letter, timeout=10)
        sent.raise_for_status()
        answer: dict[str, Any] = sent.json()
        return answer

    def letters(self, number: int, **words: str) -> None:
        """Take in so many letters at once, each with its number after the subject."""
        with self._app.uow.transaction():
            for at in range(1, number + 1):
                letter = {"name": "Ada Lovelace", "email": "ada@example.com", "message": "Hello", **words}
                self._app.contact.receive(**letter | {"subject": f"{words['subject']} {at}"})

    def is_delivered(self, sent: dict[str, Any]) -> Callable[[], bool]:
        """Whether a letter has reached us."""
        return lambda: requests.get(f"{self._address}{sent['status_url']}", timeout=10).json()["state"] == "done"

    def is_mailed(self, subject: str, to: str) -> Callable[[], bool]:
        """Whether such a mail lies in the inbox; asking for the page of it again and again would keep a core busy."""

        def look() -> bool:
            found = requests.get(f"{self._address}/dev/inbox.json", params={"q": subject}, timeout=10).json()[
                "messages"
            ]
            return any(mail["to"] == to and subject in mail["subject"] for mail in found)

        return look

    def is_done(self, task: str) -> Callable[[], bool]:
        """Whether a task has come to its end, by its key or an address that ends with it."""

        def look() -> bool:
            with self._app.uow.reading():
                return str(self._app.ledger.get(task.rpartition("=")[2]).state) == "done"

        return look

    def later(self, sent: dict[str, Any], seconds: float = 3600) -> Task:
        """Have a letter delivered once more, after a while."""
        with self._app.uow.transaction():
            task: Task = self._app.outbox.enqueue("contact.deliver", {"message_id": sent["id"]}, delay=seconds)
        return task

    @contextmanager
    def failing(self, vendor: str) -> Iterator[None]:
        """Have a vendor on this machine fail."""
        trouble.cause(self._app, vendor, span="2m")
        try:
            yield
        finally:
            trouble.end(self._app, vendor)

    def died(self, task: Task, error: str) -> None:
        """Have a task ended dead, as after its last try."""
        with self._app.uow.transaction():
            self._app.uow.connection.execute(DEAD, {"id": task.id, "error": error})
