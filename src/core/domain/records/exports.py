"""Exports: a list as a file, written by a task, kept for a week, for who asked for it; it knows no disk and no page."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO

from core.domain.accounts import User
from core.domain.kernel.errors import NotFound
from core.domain.kernel.ids import earliest_id
from core.domain.kernel.marks import Effects, every, task
from core.domain.records.carried import carried, carry
from core.domain.records.errands import Asker, Errands
from core.domain.records.record import Record
from core.domain.tasks import ENDED, Run, State, Task, TaskDesk
from core.ports.extracts import Extracts
from core.ports.files import Files
from core.ports.records import Question

WRITE, QUEUE = "exports.write", "exports"
KEPT = timedelta(days=7)
MOST = 200
"""So many exports of one person are listed."""
NONE = "There is no such export. Its file is removed after seven days; make it again."
MARK = "\ufeff".encode()
"""Without a byte order mark spreadsheets take UTF-8 for something older, and spoil every accent."""


@dataclass(frozen=True, kw_only=True)
class Export:
    """One export as its page shows it. `kind` is a slug, `asked` the list's address; `size` is None without a file."""

    task: Task
    kind: str
    asked: str
    rows: int | None
    size: int | None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.task.state in ENDED

    @property
    def is_of_use(self) -> bool:
        """Whether there is a file, or will be, or a reason why not."""
        return self.size is not None or not self.has_ended or self.task.state == State.DEAD

    @property
    def file_name(self) -> str:
        """What the file is called where it is taken to."""
        return f"{self.kind}-{self.task.created_at:%Y-%m-%d}.csv"


@dataclass(eq=False)
class _Tally:
    """Counts the lines that go into a file, and shows it."""

    file: BinaryIO
    run: Run
    rows: int = 0
    size: int = 0

    def put(self, lines: bytes, rows: int) -> None:
        self.size += self.file.write(lines)
        self.rows += rows
        self.run.progress(self.rows, message="rows written")


class ExportDesk:
    """Takes exports in, writes them, hands them out and throws them away."""

    def __init__(self, errands: Errands, extracts: Extracts, files: Files, tasks: TaskDesk) -> None:
        self._errands, self._extracts, self._files, self._tasks = errands, extracts, files, tasks

    def order(self, kind: Record, question: Question, asked: str, by: User) -> Task:
        """Have the records that fit written to a file; the same order that still waits is the same task.

        `asked` is the list's query, to show. Raises `Forbidden`.
        """
        kind.permit("export", by.role)
        plain = carry(kind, question)
        same = hashlib.sha256(json.dumps([kind.slug, plain]).encode()).hexdigest()[:40]
        payload = {"question": plain, "asked": asked[:2000]}
        written = self._errands.ask(WRITE, kind, payload, by=by, dedupe_key=f"export-{by.id}-{same}")
        self._errands.note("exported", kind, label=asked)
        return written

    @task(WRITE, queue=QUEUE, effects=Effects.HEAVY, limit=3600.0, attempts=5)
    def write(self, run: Run, kind: str, question: dict[str, Any], asked: str, by: dict[str, Any]) -> None:
        """Write the file, whole or not at all, under a name of the task's own: a second try replaces it.

        Only the fields that who asked may see now are in it; all rows are of one moment.
        """
        with run.start():
            asker = self._errands.asker(kind, by, "export")
        with self._files.new(_name(run.key)) as file:
            tally = self._written(asker, carried(asker.kind, question), _Tally(file, run))
        run.progress(tally.rows, tally.rows, "every row is written")
        run.settle({"rows": tally.rows, "size": tally.size})

    def of(self, by: User) -> list[Export]:
        """The exports that somebody asked for and that are of use still, newest first."""
        found = self._tasks.asked_by(by.id, QUEUE, MOST)
        return [export for task in found if task.name == WRITE and (export := self._export(task)).is_of_use]

    def show(self, task_id: str, by: User) -> Export:
        """Return an export. Raises `NotFound` for one that is not theirs (a super-admin sees all)."""
        found = self._tasks.show(task_id)
        if found.name != WRITE or (found.owner != by.id and by.role != "super-admin"):
            raise NotFound(NONE)
        return self._export(found)

    def open(self, task_id: str, by: User) -> tuple[Export, BinaryIO]:
        """Return an export with its file, to read. Raises `NotFound`, and `Forbidden` when the role was taken away."""
        export = self.show(task_id, by)
        self._errands.asker(export.kind, {"id": by.id}, "export")
        if export.task.state != State.DONE:
            raise NotFound("This export is not finished, so there is no file yet. Look again in a moment.")
        return export, self._files.open(_name(task_id))

    def discard(self, task_id: str, by: User) -> None:
        """Throw the file of an export away, or cancel what is not finished. Raises `NotFound`, `Conflict`."""
        export = self.show(task_id, by)
        if not export.has_ended:
            self._tasks.cancel(task_id)
        self._files.remove(_name(task_id))

    @every("exports-clean-up", "37 * * * *")
    @task("exports.clean-up", queue="upkeep", effects=Effects.OUTSIDE, priority=8)
    def clean_up(self, run: Run) -> None:
        """Remove files that were asked for more than seven days ago; their names begin with that time."""
        with run.start():
            oldest = earliest_id("tsk", run.now() - KEPT)
        old = [name for name in self._files.names() if name < oldest]
        for name in old:
            self._files.remove(name)
        run.settle({"removed": len(old)})

    def _written(self, asker: Asker, question: Question, tally: _Tally) -> _Tally:
        fields = asker.kind.all_fields
        tally.put(MARK + ",".join(fields).encode() + b"\r\n", 0)
        veil = asker.kind.shown if asker.kind.is_veiled else None
        self._extracts.csv(asker.kind.entity, fields, question, tally.put, veil)
        return tally

    def _export(self, found: Task) -> Export:
        rows = (found.result or {}).get("rows")
        size = self._files.size(_name(found.id)) if found.state == State.DONE else None
        return Export(task=found, kind=found.payload["kind"], asked=found.payload["asked"], rows=rows, size=size)


def _name(task_id: str) -> str:
    """A name that nobody can guess, and that the time can be read from."""
    return f"{task_id}.csv"
