"""Tasks acted on by the hundred: which are meant, how many they are, and the act itself, a bounded batch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.domain.kernel.errors import Conflict, Invalid
from core.domain.kernel.ids import earliest_id, is_id
from core.domain.queues import FITTING
from core.domain.records.fields import storable
from core.domain.tasks import Task
from core.ports.records import Condition, Place, Question
from entrypoints.container import App

MOST, BATCH = 10_000, 200
"""So many tasks at once, so many in a transaction."""


@dataclass(frozen=True, kw_only=True)
class Many:
    """The tasks that are meant, and what is to be done to them. `until` leaves out what is accepted later."""

    verb: str
    state: str
    until: str
    queue: str = ""
    name: str = ""
    error: str = ""

    @classmethod
    def read(cls, app: App, typed: Mapping[str, str]) -> Many:
        """Read what was asked for. Raises `Invalid` for what does not exist."""
        verb = typed.get("do", "")
        if verb not in FITTING:
            raise Invalid({"do": f"Nothing is called {verb[:40]!r} here. Choose one of: {', '.join(FITTING)}."})
        state = typed.get("state") or FITTING[verb][0]
        if state not in FITTING[verb]:
            raise Invalid({"state": f"A task cannot be {verb} while it is {state[:20]!r}. Choose another state."})
        until = typed.get("until") or earliest_id("tsk", app.clock.now())
        if not is_id(until, "tsk"):
            raise Invalid({"until": "This page was changed on its way. Begin again at the monitor."})
        words = {name: _word(name, typed.get(name, "")) for name in ("queue", "name", "error")}
        return cls(verb=verb, state=str(state), until=until, **words)

    @property
    def question(self) -> Question:
        """Which tasks, oldest first."""
        wanted = [("id", "before", self.until), ("state", "is", self.state)]
        wanted += [(name, "is", getattr(self, name)) for name in ("queue", "name") if getattr(self, name)]
        wanted += [("error", "contains", self.error)] if self.error else []
        return Question(order="id", conditions=tuple(Condition(field=a, test=b, value=c) for a, b, c in wanted))

    def number(self, app: App) -> int:
        """How many they are, but no further than can be acted on at once and one more."""
        found: int = app.record_store.number(Task, self.question, MOST + 1)
        return found

    def act(self, app: App) -> int:
        """Do it to each that it still fits, at most `MOST`; return to how many."""
        return sum(act(app, self.verb, ids) for ids in self._batches(app))

    def _batches(self, app: App) -> Iterator[list[str]]:
        place = None
        for _ in range(MOST // BATCH):
            with app.uow.reading():
                rows = app.record_store.page(Task, ("id",), self.question, BATCH, after=place).rows
            if not rows:
                return
            yield [row["id"] for row in rows]
            place = Place(key=rows[-1]["id"], value=rows[-1]["id"])


def act(app: App, verb: str, ids: list[str]) -> int:
    """Do it to a batch in one transaction; where one spoils that for the others, to each by itself."""
    try:
        with app.uow.transaction():
            done: int = app.queue_desk.act(verb, ids)
        return done
    except Conflict:
        return sum(act(app, verb, [task_id]) for task_id in ids) if len(ids) > 1 else 0


def _word(name: str, text: str) -> str:
    try:
        return storable(text.strip()[:200])
    except ValueError as wrong:
        raise Invalid({name: str(wrong)}) from None
