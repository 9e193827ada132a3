"""The page on which one watches a task finish; it can only look."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from core.domain.tasks import State, Task
from entrypoints.container import App
from entrypoints.lineup import sandboxed
from entrypoints.web.presenters import pause, task_in_words
from entrypoints.web.visitors import is_inside, visible_task


def make_task_pages(app: App) -> Blueprint:
    """Return the blueprint of `/tasks/…`: the page, and the part of it that htmx fetches again."""
    pages = Blueprint("tasks", __name__)

    @pages.get("/tasks/<task_id>")
    def show(task_id: str) -> Response:
        return _answer(app, "task.html", task_id)

    @pages.get("/tasks/<task_id>/live")
    def live(task_id: str) -> Response:
        return _answer(app, "_task.html", task_id)

    return pages


def _why(app: App, task: Task) -> str:
    """The last error, while it matters and for who may know it."""
    return (task.error or "") if task.state != State.DONE and is_inside(app, task) else ""


def _answer(app: App, template: str, task_id: str) -> Response:
    key = request.args.get("key", "")
    task, now = visible_task(app, task_id, key), app.clock.now()
    page = render_template(
        template, task=task, words=task_in_words(task, now), key=key, pause=pause(task, now),
        why=_why(app, task), sandboxed="mail" in sandboxed(app.settings),
    )  # fmt: skip
    answer = make_response(page)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"  # the address holds the key
    return answer
