"""The page on which one watches a task finish, or asks to be told; it changes nothing about the task."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from core.domain.kernel.errors import Invalid
from core.domain.tasks import State, Task
from entrypoints import policies
from entrypoints.container import App
from entrypoints.lineup import sandboxed
from entrypoints.ringing import can_ring, ring_when_done
from entrypoints.web.presenters import NAMES, pause, task_in_words
from entrypoints.web.visitors import is_inside, visible_task


def make_task_pages(app: App) -> Blueprint:
    """Return the blueprint of `/tasks/…`: the page, and the part of it that htmx fetches again."""
    pages = Blueprint("tasks", __name__)

    @pages.get("/tasks/<task_id>")
    @policies.key_holder
    def show(task_id: str) -> Response:
        return _answer(app, "task.html", task_id)

    @pages.get("/tasks/<task_id>/live")
    @policies.key_holder
    def live(task_id: str) -> Response:
        return _answer(app, "_task.html", task_id)

    @pages.post("/tasks/<task_id>/watches")
    @policies.key_holder(limit="watch")
    def ask(task_id: str) -> AnyResponse:
        task, key = visible_task(app, task_id, request.args.get("key", "")), request.args.get("key", "")
        try:
            if "bell" in request.form and can_ring(app):
                _ring(app, task)
            else:
                _ask(app, task)
        except Invalid as wrong:
            answer = _answer(app, "task.html", task_id, wrong.fields)
            answer.status_code = 422
            return answer
        return redirect(url_for("tasks.show", task_id=task_id, key=key, asked="yes") + "#tell", 303)

    return pages


def _ring(app: App, task: Task) -> None:
    with app.uow.transaction():
        ring_when_done(app, task, *_named(app, task))


def _named(app: App, task: Task) -> tuple[str, str]:
    """What a task is called, and its page by its own key, whoever asks."""
    page = url_for("tasks.show", task_id=task.id, key=app.links.sign(task.id))
    return NAMES[task.name][0] if task.name in NAMES else task.name, page


def _ask(app: App, task: Task) -> None:
    """Have somebody told."""
    title, page = _named(app, task)
    ways = {name: request.form.get(name, "") for name in ("mail", "phone")} | {"device_id": _device(app)}
    with app.uow.transaction():
        app.watch_desk.ask(task, title, app.settings.base_url + page, **ways)


def _device(app: App) -> str:
    """The device that this browser signed up as, if it holds its key."""
    device_id, key = request.form.get("device", ""), request.form.get("key", "")
    return device_id if app.links.opens(device_id, key) else ""


def _why(app: App, task: Task) -> str:
    """The last error, while it matters and for who may know it."""
    return (task.error or "") if task.state != State.DONE and is_inside(app, task) else ""


def _answer(app: App, template: str, task_id: str, wrong: Mapping[str, str] | None = None) -> Response:
    key = request.args.get("key", "")
    task, now = visible_task(app, task_id, key), app.clock.now()
    page = render_template(
        template, task=task, words=task_in_words(task, now), key=key, pause=pause(task, now),
        why=_why(app, task), wrong=wrong or {}, rings=can_ring(app), sandboxed="mail" in sandboxed(app.settings),
    )  # fmt: skip
    answer = make_response(page)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Referrer-Policy"] = "same-origin"  # the address holds the key; with none, its form had no origin
    return answer
