"""A copy of everything that is held of somebody, as a file that a task writes and that is kept for a week, for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from core.domain.accounts import User
from core.domain.audit import Audit
from core.domain.kernel.errors import NotFound
from core.domain.kernel.marks import Effects, task
from core.domain.personal.dossier import Dossier
from core.domain.personal.letters import CopyReady
from core.domain.tasks import ENDED, Outbox, Run, State, Task, TaskDesk
from core.ports.files import Files
from core.ports.personal import Bundles
from core.ports.unit_of_work import UnitOfWork

WRITE, QUEUE, MOST = "personal.copy", "exports", 20
NONE = "There is no such copy. Its file is removed after seven days; ask for another one."


@dataclass(frozen=True, kw_only=True)
class Copy:
    """One copy as its page shows it; `size` is None without a file."""

    task: Task
    size: int | None

    @property
    def is_of_use(self) -> bool:
        """Whether there is a file, or will be, or a reason why not."""
        return self.size is not None or self.task.state not in ENDED or self.task.state == State.DEAD


class CopyDesk:
    """Takes the wish for a copy in, and hands it out to nobody else."""

    def __init__(self, outbox: Outbox, tasks: TaskDesk, files: Files, audit: Audit) -> None:
        self._outbox, self._tasks, self._files, self._audit = outbox, tasks, files, audit

    def order(self, user: User) -> Task:
        """Have a copy written; while one waits, that one is returned."""
        self._audit.note("asked for a copy of their data", "user", user.id, label=str(user))
        return self._outbox.enqueue(WRITE, {"user_id": user.id}, owner=user.id, dedupe_key=f"copy-{user.id}")

    def of(self, user: User) -> list[Copy]:
        """The copies of somebody that are of use still, newest first."""
        found = [one for one in self._tasks.asked_by(user.id, QUEUE, MOST) if one.name == WRITE]
        return [copy for copy in map(self._copy, found) if copy.is_of_use]

    def open(self, task_id: str, user: User) -> tuple[Copy, BinaryIO]:
        """Return one's own copy with its file, to read. Raises `NotFound`."""
        found = self._tasks.show(task_id)
        if found.name != WRITE or found.owner != user.id:
            raise NotFound(NONE)
        copy = self._copy(found)
        if copy.size is None:
            raise NotFound(NONE)
        return copy, self._files.open(file_of(task_id))

    def _copy(self, found: Task) -> Copy:
        size = self._files.size(file_of(found.id)) if found.state == State.DONE else None
        return Copy(task=found, size=size)


class CopyWork:
    """Writes copies."""

    def __init__(self, dossier: Dossier, bundles: Bundles, files: Files, context: tuple[UnitOfWork, Outbox]) -> None:
        self._dossier, self._bundles, self._files = dossier, bundles, files
        self._uow, self._outbox = context

    @task(WRITE, queue=QUEUE, effects=Effects.HEAVY, limit=3600.0, attempts=5)
    def write(self, run: Run, user_id: str) -> None:
        """Write the file, whole or not at all, under a name of the task's own; then tell its owner."""
        with run.start():
            person = self._dossier.of(user_id)
        with self._uow.reading(), self._files.new(file_of(run.key)) as file:
            rows = self._bundles.write(file, person, self._dossier.parts(person), self._dossier.files(person))
        run.settle({"rows": rows}, lambda: self._tell(CopyReady(user_id=user_id)))

    def _tell(self, event: CopyReady) -> None:
        self._outbox.publish(event)


def file_of(task_id: str) -> str:
    """Among the exports, whose clean-up removes it after a week; nobody can guess the name."""
    return f"{task_id}.zip"
