"""`POST /api/v1/contact-messages`: a message is kept and the task that delivers it is answered."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response
from pydantic import ValidationError

from core.domain.contact import ContactMessage
from core.domain.idempotency import Answer
from core.domain.kernel.errors import Invalid
from core.domain.tasks import Task
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.answers import OPTIONS
from entrypoints.web.api.bodies import json_body, read_shape
from entrypoints.web.api.described import describe
from entrypoints.web.api.once import once
from entrypoints.web.api.shapes import ContactMessageIn, ContactMessageOut, shape_errors
from entrypoints.web.presenters import task_resource
from entrypoints.web.visitors import sender


def add_contact_messages(api: Blueprint, app: App) -> None:
    """Put the route on the API."""

    @api.post("/contact-messages")
    @policies.anyone(limit="contact")
    @describe(
        takes=ContactMessageIn, gives={202: ContactMessageOut}, problems=(400, 409, 413, 415, 422, 429, 503),
        tag="Contact", idempotent=True,
    )  # fmt: skip
    def send_contact_message() -> Response:
        """Send a message.

        The message and the task that delivers it are kept together before this is answered: a 202 is never lost.
        Follow `status_url` until the task has ended; no account is needed.
        """
        body = json_body()
        given = _parse(body)
        return once(app, body, lambda: _keep(app, given))


def _parse(body: bytes) -> ContactMessageIn:
    try:
        return read_shape(ContactMessageIn, body)
    except ValidationError as wrong:
        raise _all_that_is_wrong(body, shape_errors(wrong)) from None


def _all_that_is_wrong(body: bytes, shape: Invalid) -> Invalid:
    """Add what the entity itself finds wrong, so that nobody has to send four times to hear of four mistakes."""
    try:
        given: Any = orjson.loads(body)
    except ValueError:
        return shape
    if not isinstance(given, dict):
        return shape
    texts = {field: given.get(field, "") for field in ("name", "email", "subject", "message")}
    try:
        ContactMessage(id="", created_at=None, **texts).check()  # type: ignore[arg-type]
    except Invalid as wrong:
        return Invalid({**shape.fields, **wrong.fields})
    return shape


def _keep(app: App, given: ContactMessageIn) -> Answer:
    message, task = app.contact.receive(
        name=given.name, email=given.email, subject=given.subject, message=given.message, notify_me=given.notify_me,
        address=sender(),
    )  # fmt: skip
    place = f"/api/v1/tasks/{task.id}?key={app.links.sign(task.id)}"
    return Answer(status=202, headers={"Location": place}, body=_shown(message, task, place))


def _shown(message: ContactMessage, task: Task, place: str) -> str:
    shown = {
        "id": message.id,
        "status_url": place,
        "page_url": place.removeprefix("/api/v1"),
        "task": task_resource(task),
    }
    return orjson.dumps(shown, option=OPTIONS).decode()
