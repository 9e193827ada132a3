"""Who is asking and whether they come too often; it knows addresses and accounts, not what they ask for."""

from __future__ import annotations

from flask import Response, request

from core.domain.kernel.errors import NotFound, TooMany
from core.domain.kernel.ids import is_id
from core.domain.tasks import Task
from core.ports.limits import Verdict
from entrypoints import boundary
from entrypoints.boundary import NOBODY
from entrypoints.callers import sender
from entrypoints.container import App

__all__ = ["NOBODY", "count", "is_inside", "sender", "tell_limits", "visible_task"]


def count(app: App, what: str) -> Verdict:
    """Count this request under who is signed in, wherever from and by whichever token, or else under its address.

    Raises `TooMany` with the seconds to wait.
    """
    actor = boundary.current_actor().id
    verdict: Verdict = app.limiter.hit(what, sender() if actor in NOBODY else actor)
    request.environ["enginebay.verdict"] = (what, verdict)
    if not verdict.allowed:
        raise TooMany(
            f"That is more than {verdict.limit} in {verdict.window} seconds. Wait {verdict.reset} seconds, then go on.",
            verdict.reset,
        )
    return verdict


def tell_limits(answer: Response) -> Response:
    """Say how much is left, if this request was counted (IETF draft-ietf-httpapi-ratelimit-headers-10)."""
    what, verdict = request.environ.get("enginebay.verdict", (None, None))
    if verdict is not None:
        answer.headers["RateLimit-Policy"] = f'"{what}";q={verdict.limit};w={verdict.window}'
        answer.headers["RateLimit"] = f'"{what}";r={verdict.remaining};t={verdict.reset}'
    return answer


def is_inside(app: App, task: Task) -> bool:
    """Whether this visitor may read a task's errors, which can name our servers and mailboxes.

    Its owner may, and in development everybody; who holds only its link may not.
    """
    return task.owner == boundary.current_actor().id or not app.settings.is_production


def visible_task(app: App, task_id: str, key: str) -> Task:
    """Return a task to its owner, or to who holds its signed link. Raises `NotFound` for everyone else."""
    if not is_id(task_id, "tsk"):
        raise NotFound("There is no task at this address. Copy the whole link you were given, including its key.")
    holds_link = bool(key) and app.links.opens(task_id, key)
    actor = boundary.current_actor()
    with app.uow.reading():
        if not holds_link and actor.id in NOBODY:
            raise NotFound("There is no task at this address. Copy the whole link you were given, including its key.")
        task: Task = app.tasks.show(task_id)
    if not holds_link and task.owner != actor.id:
        raise NotFound("There is no task at this address. Copy the whole link you were given, including its key.")
    return task
