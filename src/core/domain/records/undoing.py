"""What one act deleted brought back by a task, where that is more than fits into one transaction."""

from __future__ import annotations

from typing import Any

from core.domain.accounts import User
from core.domain.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from core.domain.kernel.marks import Effects, task
from core.domain.records.bin import DeletedRecord, RecycleBin, depth, gone
from core.domain.records.bulk import BATCH, COUNTED, QUEUE, Tally
from core.domain.records.errands import Errands
from core.domain.records.record import Record
from core.domain.tasks import Run, Task
from core.ports.records import Condition, Place, Question, Records
from core.ports.unit_of_work import UnitOfWork

BRING_BACK = "records.bring-back"
RESTORED = "restored"
"""The action of deleted records that whoever asks must be allowed."""


class UndoDesk:
    """Undoes acts of any size; what may not come back stays in the bin, and is counted with its sentence."""

    def __init__(self, errands: Errands, recycle_bin: RecycleBin, records: Records, uow: UnitOfWork) -> None:
        self._errands, self._bin, self._records, self._uow = errands, recycle_bin, records, uow

    def number(self, act: str) -> int:
        """How many records of an act are in the bin; no more than 100,000 are counted."""
        return self._records.number(DeletedRecord, _of(act), COUNTED)

    def order(self, kind: Record, act: str, by: User) -> Task:
        """Have everything brought back that one act deleted; `kind` is that of deleted records.

        Raises `NotFound`, `Forbidden`.
        """
        kind.permit(RESTORED, by.role)
        total = self.number(act)
        if not total:
            raise gone(act)
        return self._errands.ask(BRING_BACK, kind, {"act": act, "total": total}, by=by, dedupe_key=f"undo:{act}")

    @task(BRING_BACK, queue=QUEUE, effects=Effects.OUTSIDE, limit=3600.0)
    def bring_back(self, run: Run, kind: str, act: str, by: dict[str, Any], total: int) -> None:
        """Bring it back batch by batch, parents before their children, each batch in a transaction of its own."""
        with run.start():
            tally = Tally(**run.kept())
        more = True
        while more:
            with self._uow.transaction(), self._errands.acting(by):
                asker = self._errands.asker(kind, by, RESTORED)
                kinds = self._errands.kinds_for(asker.user.role)
                names = sorted(kinds, key=lambda name: (depth(kinds, name), name))
                more = self._batch(kinds, names, act, asker.user, tally)
                run.keep(tally.kept())
            run.progress(tally.done + tally.refused, total, f"{tally.refused:,} refused" if tally.refused else "")
        run.settle(tally.kept())

    def _batch(self, kinds: dict[str, Record], names: list[str], act: str, by: User, tally: Tally) -> bool:
        """Bring some of one kind back; whether there may be more. Its place is that kind's name, and the last key."""
        name, _, after = tally.place.partition(":")
        for one in names[names.index(name) if name in names else 0 :]:
            place = Place(key=after, value=after) if after and one == name else None
            rows = self._records.page(DeletedRecord, ("id",), _of(act, one), BATCH, after=place).rows
            for row in rows:
                self._one(kinds, row["id"], by, tally)
                tally.place = f"{one}:{row['id']}"
            if rows:
                return True
        return False

    def _one(self, kinds: dict[str, Record], deleted_id: str, by: User, tally: Tally) -> None:
        try:
            with self._uow.part():
                self._bin.restore(kinds, deleted_id, by)
        except (Invalid, NotFound, Forbidden, Conflict) as failure:
            tally.refuse(failure)
            return
        tally.done += 1


def _of(act: str, kind: str = "") -> Question:
    same = [Condition(field="act", test="is", value=act)]
    same += [Condition(field="kind", test="is", value=kind)] if kind else []
    return Question(order="id", conditions=tuple(same))
