"""Who is asking, and which task they may see; it knows addresses and accounts, not what they ask for."""

from __future__ import annotations

from core.domain.kernel.errors import NotFound
from core.domain.kernel.ids import is_id
from core.domain.tasks import Task
from entrypoints import boundary
from entrypoints.boundary import NOBODY
from entrypoints.callers import sender
from entrypoints.container import App
from entrypoints.counting import count

__all__ = ["NOBODY", "count", "is_inside", "sender", "visible_task"]


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
