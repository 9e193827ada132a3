"""The ledger of tasks in SQL: claims, fences and outcomes, always for many rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.sql.base import Executable

from adapters.db import tables
from adapters.db.engine import Database
from adapters.db.glance import Glances, put, tell
from adapters.db.ledger_sql import NEW, UNLESS_IT_WAITS, statements
from core.domain.kernel.errors import NotFound
from core.domain.tasks import WAITING, State, Task
from core.ports.clock import Clock
from core.ports.queue import Claim, Outcome, Progress, QueueFigures


class SqlLedger:
    """`core.ports.queue.Ledger` on SQLite and PostgreSQL."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._sql = statements(is_sqlite=database.is_sqlite)
        self._glances = Glances(database, Task, tables.tasks)

    def add(self, tasks: Sequence[Task]) -> list[Task]:
        free = [task for task in tasks if task.dedupe_key is None]
        if len(free) == 1:
            tell(self._database, tables.tasks, _row(free[0]))
        elif free:
            self._database.connection.execute(self._sql["add"], [_row(task) for task in free])
        kept = [task if task.dedupe_key is None else self._add_unless_it_waits(task) for task in tasks]
        for task, written in zip(tasks, kept, strict=True):
            if task is written and task.state == State.READY:
                self._database.announce(task.queue)
        return kept

    def get(self, task_id: str) -> Task:
        found = self._database.session.get(Task, task_id, populate_existing=True)
        if found is None:
            raise NotFound(f"There is no task {task_id!r}. Finished tasks are deleted after 30 days.")
        return self._with_progress(found)

    def recent(
        self, most: int, *, state: str | None = None, queue: str | None = None, owner: str | None = None
    ) -> list[Task]:
        wanted = {"state": state, "queue": queue, "owner": owner}
        chosen = select(Task).filter_by(**{name: value for name, value in wanted.items() if value is not None})
        found = list(self._database.session.scalars(chosen.order_by(tables.tasks.c.id.desc()).limit(most)))
        for task in found:
            self._with_progress(task)
        return found

    def lock(self, task_id: str) -> Task:
        self.get(task_id)
        wanted = select(Task).where(tables.tasks.c.id == task_id).with_for_update()
        return self._database.session.scalars(wanted, execution_options={"populate_existing": True}).one()

    def claim(self, queue: str, worker: str, token: str, most: int, *, suspects: bool = False) -> list[Claim]:
        bound = {"queue": queue, "worker": worker, "token": token, "most": most}
        rows = self._database.connection.execute(self._sql["claim_suspect"] if suspects else self._sql["claim"], bound)
        now = self._clock.now()
        return sorted((_claim(row, token, now) for row in rows), key=lambda claim: claim.id)

    def hold(self, ids: Sequence[str], token: str) -> set[str]:
        rows = self._database.connection.execute(self._sql["hold"], {"ids": self._list(ids), "token": token})
        return {row[0] for row in rows}

    def start(self, claims: Sequence[Claim]) -> set[str]:
        return self._write_given("start", beginnings(claims))

    def settle(self, outcomes: Sequence[Outcome]) -> set[str]:
        written = self._write_given("done", endings(outcomes))
        for outcome in outcomes:
            if outcome.state != State.DONE:
                written |= self._settle_one(outcome)
        return written

    def keep(self, task_id: str, token: str, result: dict[str, Any]) -> bool:
        bound = {"id": task_id, "token": token, "result": result}
        return self._database.connection.execute(self._sql["keep"], bound).first() is not None

    def give_back(self, ids: Sequence[str], token: str) -> None:
        self._database.connection.execute(self._sql["give_back"], {"ids": self._list(ids), "token": token})

    def take_back(self, worker: str, doing: Iterable[str], begun: Sequence[str] = ()) -> list[Task]:
        bound = {
            "worker": worker,
            "doing": self._list(list(doing)),
            "begun": self._list(begun),
            "now": self._clock.now(),
        }
        return self._released(self._sql["take_back"], bound)

    def died(self, task_id: str, token: str) -> list[Task]:
        bound = {
            "id": task_id, "token": token, "doing": self._list([task_id]), "begun": self._list([]),
            "now": self._clock.now(),
        }  # fmt: skip
        return self._released(self._sql["died"], bound)

    def announce(self, queue: str) -> None:
        self._database.announce(queue)

    def _released(self, statement: Executable, bound: dict[str, Any]) -> list[Task]:
        rows = self._database.connection.execute(statement, bound).all()
        for row in rows:
            self._database.announce(row.queue)
        dead = [row.id for row in rows if row.state == State.DEAD]
        return [self.get(task_id) for task_id in dead]

    def claimants(self) -> set[str]:
        return {row[0] for row in self._database.connection.execute(self._sql["claimants"])}

    def promote(self) -> set[str]:
        rows = self._database.connection.execute(self._sql["promote"], {"now": self._clock.now()}).all()
        for row in rows:
            self._database.announce(row[0])
        return {row[0] for row in rows}

    def waiting(self, queues: Sequence[str]) -> set[str]:
        return {
            row[0] for row in self._database.connection.execute(self._sql["waiting"], {"queues": self._list(queues)})
        }

    def figures(self) -> list[QueueFigures]:
        now, seen = self._clock.now(), {}
        for row in self._database.connection.execute(self._sql["figures"]):
            state = "later" if row.state in (State.SCHEDULED, State.RETRY) else row.state
            known = seen.setdefault(row.queue, {})
            known[state] = known.get(state, 0) + row.number
            if state == State.READY:
                known["oldest"] = max(0.0, (now - row.oldest).total_seconds())
        return [QueueFigures(queue=queue, **known) for queue, known in sorted(seen.items())]

    def prune(self, before: datetime, most: int) -> int:
        bound = {"before": before, "most": most}
        deleted = [row[0] for row in self._database.connection.execute(self._sql["prune"], bound)]
        self._database.connection.execute(self._sql["prune_progress"], {"ids": self._list(deleted)})
        return len(deleted)

    def _write_given(self, statement: str, given: list[dict[str, Any]]) -> set[str]:
        if not given:
            return set()
        bound = {"given": orjson.dumps(given).decode(), "now": self._clock.now()}
        return {row[0] for row in self._database.connection.execute(self._sql[statement], bound)}

    def _settle_one(self, outcome: Outcome) -> set[str]:
        now, waits = self._clock.now(), outcome.state in WAITING
        bound = {
            "id": outcome.id,
            "token": outcome.token,
            "state": outcome.state,
            "error": outcome.error,
            "trace": outcome.trace,
            "result": outcome.result,
            "doubts": outcome.in_doubt,
            "due": now + timedelta(seconds=outcome.delay) if waits else None,
            "finished": None if waits else now,
        }
        statement = self._sql["wait_again"] if waits else self._sql["end"]
        return {row[0] for row in self._database.connection.execute(statement, bound)}

    def _add_unless_it_waits(self, task: Task) -> Task:
        """The task with the same key that waits (to be read), or else this one, written. Whoever writes such a one in a
        transaction beside ours is waited for: what asked for the task has nothing to fear of it."""
        while True:
            twin = self._database.connection.execute(self._sql["twin"], {"key": task.dedupe_key}).scalar()
            if twin is not None and (waiting := self._glances.find(twin)) is not None:
                return self._with_progress(waiting)
            if put(self._database, tables.tasks, _row(task), UNLESS_IT_WAITS):
                return task

    def _with_progress(self, task: Task) -> Task:
        row = self._database.connection.execute(self._sql["progress"], {"id": task.id}).one_or_none()
        task.progress = Progress() if row is None else Progress(done=row.done, total=row.total, message=row.message)
        return task

    def _list(self, values: Sequence[str]) -> Any:
        return orjson.dumps(list(values)).decode() if self._database.is_sqlite else list(values)


def _row(task: Task) -> dict[str, Any]:
    return {name: getattr(task, name) for name in NEW}


def beginnings(claims: Sequence[Claim]) -> list[dict[str, Any]]:
    """What `start` is given for claims."""
    return [{"id": claim.id, "token": claim.token} for claim in claims]


def endings(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """What `done` is given for those of the outcomes that are."""
    return [_done(outcome) for outcome in outcomes if outcome.state == State.DONE]


def _done(outcome: Outcome) -> dict[str, Any]:
    result = None if outcome.result is None else orjson.dumps(outcome.result).decode()
    return {"id": outcome.id, "token": outcome.token, "result": result}


def _claim(row: Any, token: str, now: datetime) -> Claim:
    task_id, name, payload, attempts, deaths, in_doubt, created_at, request_id = row
    return Claim(
        id=task_id, name=name, payload=orjson.loads(payload), token=token, attempts=attempts, deaths=deaths,
        in_doubt=in_doubt, age=(now - created_at).total_seconds(), request_id=request_id,
    )  # fmt: skip
