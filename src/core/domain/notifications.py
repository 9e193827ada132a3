"""Tells people what the system did; it listens to what is below and nothing below knows it."""

from typing import Any

from core.domain.accounts import Accounts
from core.domain.kernel.marks import Effects, on
from core.domain.kernel.messages import Fact, MessageClass
from core.domain.post import PostRoom, Recipient
from core.domain.tasks import Run, Task, TaskDied
from core.domain.vendors import SpendingRefused
from core.ports.stationery import Channel

ALERT = "alert.task-died"

TASK_DIED = MessageClass(
    name="task_died",
    label="A task gave up",
    tells="That a task ended dead and waits for somebody, to the super-admin.",
    facts={
        "task_id": Fact("The task's number", "tsk_01hzx4y8p6k3m"),
        "name": Fact("The task's name", "contact.deliver"),
        "error": Fact("Its last error, in a sentence", "The mail server does not answer."),
    },
    critical=True,
    chosen_by="super-admin",
    of=Task,
    facts_of=lambda task: {"task_id": task.id, "name": task.name, "error": task.error or ""},
)
TASK_DONE = MessageClass(
    name="task_done",
    label="A task is done",
    tells="That something is done, to who asked to be told.",
    facts={
        "title": Fact("What was to be done", "Your export of users"),
        "outcome": Fact("What became of it, in few words", "it is done"),
        "sentence": Fact("How it went, in a sentence", "100,000 rows are ready to be fetched."),
        "link": Fact("The page that shows it", "https://www.example.com/tasks/tsk_01hzx4y8p6k3m"),
    },
    chosen_by="member",
    usual=(),
)
SPENDING_CAPPED = MessageClass(
    name="spending_capped",
    label="A spending cap is reached",
    tells="That a cap refused a call for the first time today, to the super-admin.",
    facts={
        "cap": Fact("What refused it", "vendor sms:twilio"),
        "sentence": Fact(
            "What happened, in a sentence", "The 50.00 USD that may be spent with sms:twilio in a day are used up."
        ),
    },
    channels=(Channel.PUSH, Channel.MAIL),
    critical=True,
    chosen_by="super-admin",
)
MESSAGES = (TASK_DIED, TASK_DONE, SPENDING_CAPPED)


class Alerts:
    """Tells the super-admins what needs a human."""

    def __init__(self, accounts: Accounts, post: PostRoom) -> None:
        self._accounts, self._post = accounts, post

    @on(TaskDied, ALERT, queue="mail", effects=Effects.OUTSIDE, priority=2, attempts=60)
    def task_died(self, event: TaskDied, run: Run) -> None:
        """Say that a task ended dead; the death of an alert itself alerts nobody."""
        facts = {"task_id": event.task_id, "name": event.name, "error": event.error}
        if event.name == ALERT:
            run.settle()
        else:
            self._tell(TASK_DIED, facts, run, about=event.task_id)

    @on(SpendingRefused, "alert.spending-refused", queue="mail", effects=Effects.OUTSIDE, priority=2, attempts=60)
    def spending_refused(self, event: SpendingRefused, run: Run) -> None:
        """Say that a cap refused a call: fraud, or a cap that is too low."""
        self._tell(SPENDING_CAPPED, {"cap": event.cap, "sentence": event.sentence}, run)

    def _tell(self, kind: MessageClass, facts: dict[str, Any], run: Run, about: str = "") -> None:
        """Tell the first super-admin, if there is one."""
        with run.start():
            to = [Recipient(mail=one.email, user=one.id) for one in self._accounts.super_admins()[:1]]
            envelopes = [self._post.address(kind.name, each, facts, run, about=about) for each in to]
        sent = [self._post.send(envelope, run) for envelope in envelopes]
        run.settle(sent[0] if sent else None)
