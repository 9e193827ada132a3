"""`GET /api/v1/tasks/{id}`: how accepted work is getting on, for its owner or who holds its link."""

from __future__ import annotations

from hashlib import blake2b

import orjson
from flask import Blueprint, Response, request

from core.domain.tasks import ENDED
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.answers import OPTIONS, json_answer
from entrypoints.web.api.described import describe
from entrypoints.web.api.shapes import TaskOut
from entrypoints.web.presenters import pause, task_resource, without_reasons
from entrypoints.web.visitors import is_inside, visible_task


def add_tasks(api: Blueprint, app: App) -> None:
    """Put the route on the API."""

    @api.get("/tasks/<task_id>")
    @policies.scoped("key holder", "tasks.read")
    @describe(gives={200: TaskOut}, problems=(404, 429, 503), tag="Tasks", keyed=True, cached=True)
    def show_task(task_id: str) -> Response:
        """Ask how a task is.

        Give the `key` of the link you got with the 202, or be signed in as the task's owner. Until it has ended,
        `Retry-After` says when to ask again; send `If-None-Match` to get a 304 when nothing has changed.
        """
        task = visible_task(app, task_id, request.args.get("key", ""))
        seen = task_resource(task) if is_inside(app, task) else without_reasons(task_resource(task))
        body = orjson.dumps(seen, option=OPTIONS, default=str)
        answer = json_answer(body, headers={"Cache-Control": "private, no-store"})
        answer.set_etag(blake2b(body, digest_size=12).hexdigest())
        if task.state not in ENDED:
            answer.headers["Retry-After"] = str(pause(task, app.clock.now()))
        answer.make_conditional(request)
        return answer
