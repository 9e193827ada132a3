"""Tells people what the system did; it listens to what is below and nothing below knows it."""

from core.domain.accounts import Accounts
from core.domain.kernel.marks import Effects, on
from core.domain.post import PostRoom
from core.domain.tasks import Run, TaskDied

ALERT = "alert.task-died"


class Alerts:
    """Tells the super-admins what needs a human."""

    def __init__(self, accounts: Accounts, post: PostRoom) -> None:
        self._accounts, self._post = accounts, post

    @on(TaskDied, ALERT, queue="mail", effects=Effects.OUTSIDE, priority=2, attempts=60)
    def task_died(self, event: TaskDied, run: Run) -> None:
        """Mail that a task ended dead; the death of an alert itself alerts nobody."""
        with run.start():
            to = [] if event.name == ALERT else self._accounts.super_admin_addresses()[:1]
        facts = {"task_id": event.task_id, "name": event.name, "error": event.error}
        receipts = [self._post.send("task_died", address, facts, key=run.key) for address in to]
        run.settle(receipts[0] if receipts else None)
