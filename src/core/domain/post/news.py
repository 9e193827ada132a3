"""What carriers tell of messages they took: each thing once, in any order; it knows no carrier, reads no signature."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from core.domain.kernel.errors import Conflict, Unavailable
from core.domain.kernel.marks import Effects, every, task
from core.domain.post.dispatch import NOT_TAKEN, Dispatch, Suppression
from core.domain.post.room import PATIENCE, PostRoom
from core.domain.tasks import ENDED, Outbox, Run, State, Task, TaskDesk
from core.ports.clock import Clock
from core.ports.deliveries import Deliveries
from core.ports.delivery import Delivery, News, Tracker

EARLY = 2.0
"""Seconds until news of a message that is not known yet is looked at again: its settlement is about to be written."""
LATEST = 3600.0
"""After so many seconds nobody here sent that message: others may use the same account."""
SILENCE, LOST = timedelta(minutes=2), timedelta(days=1)
"""After so long without news a carrier is asked, and after so long nobody knows, nor will."""
MOST = 50
KEPT = timedelta(days=90)
BATCH = 5_000


class NewsDesk:
    """Takes news in. Its verbs act in the caller's transaction."""

    def __init__(self, books: Deliveries, outbox: Outbox, clock: Clock) -> None:
        self._books, self._outbox, self._clock = books, outbox, clock

    def hear(self, told: Sequence[News]) -> None:
        """Write news down, each once; what came before its message is looked at again a little later."""
        for news in sorted(told, key=lambda one: (one.message_id, one.event_id)):
            dispatch = self._books.carried(news.carrier, news.message_id)
            if not self._books.note(news, self._clock.now(), waits=dispatch is None):
                continue
            if dispatch is None:
                payload = {"carrier": news.carrier, "message_id": news.message_id}
                self._outbox.enqueue("post.match-news", payload, delay=EARLY)
            else:
                self._apply(dispatch, news)

    @task("post.match-news", queue="upkeep", attempts=100)
    def match(self, run: Run, carrier: str, message_id: str) -> dict[str, Any]:
        """Tell a message what came before it was known."""
        dispatch = self._books.carried(carrier, message_id)
        if dispatch is None and run.age < LATEST:
            raise Unavailable("Nobody here knows this message yet. It is looked for again in a moment.")
        if dispatch is None:
            return {"told": 0}
        told = self._books.waiting(carrier, message_id)
        for news in told:
            self._apply(dispatch, news)
        return {"told": len(told)}

    @every("forget-deliveries", "37 * * * *")
    @task("post.forget", queue="upkeep", priority=8)
    def forget(self, run: Run) -> dict[str, Any]:
        """Delete what is older than 90 days, a batch at a time."""
        return {"deleted": self._books.prune(self._clock.now() - KEPT, BATCH)}

    def _apply(self, dispatch: Dispatch, news: News) -> None:
        has_changed = dispatch.hear(news)
        if news.is_final_for:
            reason = news.detail or f"{news.carrier} says that it takes nothing any more."
            self._books.suppress(Suppression.of(dispatch.channel, news.is_final_for, reason, news.at))
        if has_changed and dispatch.state in NOT_TAKEN and dispatch.go_on():
            self._outbox.enqueue("post.go-on", {"dispatch_id": dispatch.id})


class Forwarding:
    """Sends what did not arrive by the next channel, or once more."""

    def __init__(self, books: Deliveries, post: PostRoom, outbox: Outbox, tasks: TaskDesk) -> None:
        self._books, self._post, self._outbox, self._tasks = books, post, outbox, tasks

    @task("post.go-on", queue="mail", effects=Effects.OUTSIDE, attempts=60, give_up_after=PATIENCE)
    def go_on(self, run: Run, dispatch_id: str) -> None:
        """Take the next channel of a message that a carrier has given up."""
        with run.start():
            envelope = self._post.resume(self._books.get(dispatch_id), run)
        run.settle(self._post.send(envelope, run))

    def resend(self, dispatch_id: str) -> Task:
        """Send a message again as it was asked for: it is a new one to its recipient. Raises `Conflict` while it waits,
        `NotFound` when its task was forgotten."""
        asked = self._tasks.show(self._books.get(dispatch_id).task_id)
        if asked.state not in ENDED:
            raise Conflict(f"Its task is {asked.state}: it is sent by itself. Look at it again in a moment.")
        if asked.state != State.DONE:
            return self._tasks.retry(asked.id)
        return self._outbox.enqueue(asked.name, asked.payload, owner=asked.owner)


class Enquiries:
    """Asks carriers for news that did not come."""

    def __init__(self, books: Deliveries, desk: NewsDesk, trackers: Mapping[str, Callable[[], Tracker]]) -> None:
        self._books, self._desk, self._trackers = books, desk, trackers

    @every("ask-after-messages", "*/2 * * * *", missed="skip")
    @task("post.ask-after", queue="mail", effects=Effects.OUTSIDE, priority=8, attempts=1, limit=110)
    def ask(self, run: Run) -> None:
        """Ask after what was silent for two minutes; after a day it is unknown what became of it."""
        now = run.now()
        with run.start():
            silent = self._books.silent(self._trackers, now - LOST, now - SILENCE, MOST)
            lost = self._books.silent(self._trackers, now - 2 * LOST, now - LOST, MOST)
        told = [news for one in silent if (news := self._news_of(one))] + [_unknown(one, run) for one in lost]
        run.settle({"asked": len(silent), "told": len(told)}, lambda: self._write(silent, told, run))

    def _news_of(self, dispatch: Dispatch) -> News | None:
        """A carrier that does not answer is asked again another time."""
        try:
            return self._trackers[dispatch.carrier]().news_of(dispatch.message_id)
        except Unavailable:
            return None

    def _write(self, silent: Sequence[Dispatch], told: Sequence[News], run: Run) -> None:
        for one in silent:
            self._books.lock(one.id).asked_at = run.now()
        self._desk.hear([news for news in told if news.state != Delivery.SENT])


def _unknown(dispatch: Dispatch, run: Run) -> News:
    return News(
        carrier=dispatch.carrier, event_id=f"{dispatch.id}:unknown", message_id=dispatch.message_id,
        state=Delivery.UNKNOWN, at=run.now(), detail="Its carrier told nothing of it for a day.",
    )  # fmt: skip
