"""Being told when a task has ended, by whichever way somebody gave; it knows neither pages nor what tasks do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.domain.kernel import rules
from core.domain.kernel.errors import Conflict, Invalid
from core.domain.kernel.ids import new_id
from core.domain.kernel.marks import Effects, every, on, task
from core.domain.kernel.phones import phone
from core.domain.post import PATIENCE, PostRoom, Recipient
from core.domain.tasks import ENDED, Outbox, Run, State, Task
from core.ports.clock import Clock
from core.ports.devices import Devices
from core.ports.queue import Ledger
from core.ports.watches import Watches

MOST = 3
"""So many may be told of one task: nobody can have strangers rung up by it."""
BATCH = 200
KEPT = timedelta(days=30)
ENDINGS = {
    State.DONE: ("it is done", "Everything is done."),
    State.DEAD: ("it was given up", "It was tried and given up. Whoever runs this site was told."),
    State.CANCELLED: ("it was cancelled", "Somebody cancelled it before it was done."),
}
"""What became of it, in few words and in a sentence."""
AGAIN = ("it was started again", "It was started again meanwhile.")


@dataclass(eq=False, kw_only=True)
class Watch:
    """Somebody who wants to be told. `title` says of what, `link` where to look, `told_at` since when it is sent.

    With a `user_id` they are told as that user wishes: by their bell, and whatever else they chose.
    """

    id: str
    task_id: str
    title: str
    link: str
    mail: str = ""
    phone: str = ""
    device_id: str = ""
    user_id: str = ""
    created_at: datetime
    told_at: datetime | None = None

    def __str__(self) -> str:
        return self.title

    def check(self) -> None:
        """Clean the ways or raise `Invalid`: there must be one at least."""
        listed = rules.Checklist()
        self.mail = (listed.take("mail", rules.email, self.mail.strip()) or "") if self.mail.strip() else ""
        self.phone = (listed.take("phone", phone, self.phone.strip()) or "") if self.phone.strip() else ""
        listed.close()
        if not self.mail and not self.phone and not self.device_id and not self.user_id:
            raise Invalid({"mail": "Give a mail address or a phone number, so that you can be told."})


@dataclass(frozen=True)
class TaskEnded:
    """A task ended that somebody wants to be told of."""

    watch_id: str


class WatchDesk:
    """Takes down who wants to be told, and notices that it is time."""

    def __init__(self, watches: Watches, ledger: Ledger, outbox: Outbox, clock: Clock) -> None:
        self._watches, self._ledger, self._outbox, self._clock = watches, ledger, outbox, clock

    def ask(self, task: Task, title: str, link: str, *, mail: str = "", phone: str = "", device_id: str = "") -> Watch:
        """Have somebody told when a task has ended. Raises `Invalid`; `Conflict` when it has, or enough asked."""
        now = self._clock.now()
        watch = Watch(
            id=new_id("wat", now), task_id=task.id, title=title, link=link, mail=mail, phone=phone,
            device_id=device_id, created_at=now,
        )  # fmt: skip
        watch.check()
        if self._ledger.lock(task.id).state in ENDED:
            raise Conflict("This has ended already, so there is nothing to wait for. Look at its page.")
        if self._watches.number(task.id) >= MOST:
            raise Conflict(f"{MOST} people are told of this already, and no more can be. Keep the address of its page.")
        self._watches.add(watch)
        return watch

    def ring(self, task: Task, title: str, link: str, user_id: str) -> None:
        """Have a user told, as they wish, when a task has ended; once, however often it is asked."""
        if task.state in ENDED or self._watches.is_watched_by(task.id, user_id):
            return
        now = self._clock.now()
        self._watches.add(
            Watch(id=new_id("wat", now), task_id=task.id, title=title, link=link, user_id=user_id, created_at=now)
        )

    def notice(self) -> int:
        """Say of every task that ended meanwhile that it did, in the open transaction; return how many are told."""
        ended = self._watches.ended(BATCH)
        for watch in ended:
            watch.told_at = self._clock.now()
            self._outbox.publish(TaskEnded(watch.id))
        return len(ended)


class WatchNotes:
    """Tells who asked."""

    def __init__(self, watches: Watches, ledger: Ledger, post: PostRoom, devices: Devices) -> None:
        self._watches, self._ledger, self._post, self._devices = watches, ledger, post, devices

    @on(TaskEnded, "watches.tell", queue="mail", effects=Effects.OUTSIDE, attempts=60, give_up_after=PATIENCE)
    def tell(self, event: TaskEnded, run: Run) -> None:
        """Tell somebody how a task ended, by the first way that works."""
        with run.start():
            watch = self._watches.get(event.watch_id)
            state = State(self._ledger.get(watch.task_id).state)
            device = self._devices.find(watch.device_id)
            devices = (device.for_push(),) if device else ()
            to = Recipient(mail=watch.mail, phone=watch.phone, devices=devices, user=watch.user_id)
            outcome, sentence = ENDINGS.get(state, AGAIN)
            facts = {"title": watch.title, "outcome": outcome, "sentence": sentence, "link": watch.link}
            envelope = self._post.address("task_done", to, facts, run, about=watch.task_id)
        run.settle(self._post.send(envelope, run))

    @every("forget-watches", "43 * * * *")
    @task("watches.forget", queue="upkeep", priority=8)
    def forget(self, run: Run) -> dict[str, Any]:
        """Delete what was asked for more than 30 days ago."""
        return {"deleted": self._watches.remove_before(run.now() - KEPT)}
