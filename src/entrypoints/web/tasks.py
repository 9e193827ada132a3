"""The page on which one watches a task finish; it can only look."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from core.domain.tasks import State, Task
from entrypoints import boundary
from entrypoints.container import App
from entrypoints.web.presenters import pause, task_in_words
from entrypoints.web.visitors import visible_task


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
    """The last error, for who may know it: it can name our servers and mailboxes, so who holds only a link may not."""
    inside = task.owner == boundary.current_actor().id or not app.settings.is_production
    return (task.error or "") if inside and task.state != State.DONE else ""


def _answer(app: App, template: str, task_id: str) -> Response:
    key = request.args.get("key", "")
    task, now = visible_task(app, task_id, key), app.clock.now()
    page = render_template(
        template, task=task, words=task_in_words(task, now), key=key, pause=pause(task, now),
        why=_why(app, task), sandboxed=app.settings.smtp.url is None,
    )  # fmt: skip
    answer = make_response(page)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"  # the address holds the key
    return answer
