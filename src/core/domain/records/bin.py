"""What was deleted, kept for 30 days so that it can come back by its own rules; no secret ever gets in here.

A secret (a password's hash, a token) ends with its record: whoever was deleted must not come in again by what they knew
then, and a bin that many may look into, and every backup of it, is no place for one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass
from datetime import datetime, timedelta
from typing import Any

from core.domain.accounts import User
from core.domain.audit import Audit, AuditEntry
from core.domain.kernel.errors import Conflict, Invalid, NotFound
from core.domain.kernel.ids import new_id
from core.domain.kernel.marks import every, task
from core.domain.records.record import Record
from core.domain.records.references import is_child
from core.domain.tasks import Run
from core.ports.clock import Clock
from core.ports.records import Condition, Question, Records
from core.ports.repositories import DeletedRecords

KEPT = timedelta(days=30)
AT_ONCE = 1000
"""So many records come back in one transaction."""
FORGOTTEN_AT_ONCE = 50_000
"""So many are forgotten by one run of the clean-up, in one statement: as much as large acts may delete in a day."""


@dataclass(eq=False, kw_only=True)
class DeletedRecord:
    """A record that was deleted. `values` are its fields as JSON, without secrets; one `act` may delete several."""

    id: str
    act: str
    at: datetime
    kind: str
    record_id: str
    label: str
    by_id: str
    by_name: str
    values: dict[str, Any]

    def __str__(self) -> str:
        return self.label


class RecycleBin:
    """Keeps what is deleted, and makes it again. Every verb acts in the caller's transaction."""

    def __init__(self, deleted: DeletedRecords, records: Records, audit: Audit, clock: Clock) -> None:
        self._deleted, self._records, self._audit, self._clock = deleted, records, audit, clock

    def keep(self, kind: Record, record: object, entry: AuditEntry, act: str) -> None:
        """Keep a record that is being deleted; `entry` is what the audit says of that."""
        self._deleted.add(
            DeletedRecord(
                id=new_id("del", entry.at), act=act, at=entry.at, kind=kind.name, record_id=entry.record_id,
                label=entry.label, by_id=entry.actor_id, by_name=entry.actor_name, values=kind.kept(record),
            )
        )  # fmt: skip

    def look(self, kinds: Mapping[str, Record], deleted_id: str) -> DeletedRecord:
        """Return a deleted record of one of these kinds (by name). Raises `NotFound`."""
        found = self._records.get(DeletedRecord, deleted_id)
        if found is None or found.kind not in kinds:
            raise gone(deleted_id)
        return found

    def restore(self, kinds: Mapping[str, Record], deleted_id: str, by: User) -> DeletedRecord:
        """Make a deleted record again, with its key, by its own rules; return what was kept of it.

        Raises `NotFound`, `Forbidden`, and `Conflict` when its place is taken or the rules of today refuse it.
        """
        self.look(kinds, deleted_id)
        held = self._records.lock(DeletedRecord, deleted_id)
        if held is None:
            raise gone(deleted_id)
        kind = kinds[held.kind]
        kind.permit("restore", by.role)
        if self._records.get(kind.entity, held.record_id) is not None:
            raise Conflict(f"There is a {kind.name} with the key {held.record_id} again, so this one cannot come back.")
        self._make_again(kind, held, by)
        self._records.delete(held)
        return held

    def undo(self, kinds: Mapping[str, Record], act: str, by: User) -> list[DeletedRecord]:
        """Restore everything that one act deleted, parents before their children. Raises what `restore` raises."""
        same = Condition(field="act", test="is", value=act)
        question = Question(order="id", descending=True, conditions=(same,))
        rows = self._records.page(DeletedRecord, ("id", "kind"), question, AT_ONCE).rows
        if not rows:
            raise gone(act)
        rows.sort(key=lambda row: depth(kinds, row["kind"]))
        return [self.restore(kinds, row["id"], by) for row in rows]

    def empty(self, kinds: Iterable[str]) -> int:
        """Forget every deleted record of these kinds, for good; return how many there were."""
        number = self._deleted.remove_kinds(sorted(kinds))
        self._audit.note("emptied", "recycle bin", "", label=f"{number} deleted records")
        return number

    @every("empty-recycle-bin", "41 3 * * *")
    @task("records.forget-deleted", queue="upkeep", priority=8)
    def forget(self, run: Run) -> dict[str, Any]:
        """Forget what was deleted more than 30 days ago; what is too much for one run waits for the next day."""
        return {"forgotten": self._deleted.remove_before(self._clock.now() - KEPT, FORGOTTEN_AT_ONCE)}

    def _make_again(self, kind: Record, held: DeletedRecord, by: User) -> None:
        record = _made(kind, held)
        if kind.restoring is not None:
            kind.restoring(record, by)
        self._records.add(record)
        self._audit.note("restored", kind.name, held.record_id, label=held.label, after=kind.written_down(record))


def depth(kinds: Mapping[str, Record], name: str) -> int:
    """How many kinds stand above this one, with whose records it is deleted: what comes back first has the least."""
    parents = [one for one in kinds.values() if name in kinds and is_child(kinds[name], one)]
    return max((1 + depth(kinds, parent.name) for parent in parents), default=0)


def _made(kind: Record, held: DeletedRecord) -> Any:
    record = kind.entity(**_values(kind, held))
    try:
        record.check()
    except Invalid as invalid:
        said = " ".join(invalid.fields.values())
        raise Conflict(f"By the rules of today this {kind.name} cannot come back as it was: {said}") from None
    return record


def _values(kind: Record, held: DeletedRecord) -> dict[str, Any]:
    lacking = [one.name for one in dataclasses.fields(kind.entity) if _is_needed(one) and one.name not in held.values]
    if lacking:
        raise Conflict(f"A {kind.name} has more fields now ({', '.join(lacking)}), so this one cannot come back.")
    fields = kind.kept_fields
    try:
        return {name: fields[name].restore(value) for name, value in held.values.items() if name in fields}
    except ValueError as error:
        raise Conflict(f"A {kind.name} cannot be any more what this one was: {error}") from None


def _is_needed(one: dataclasses.Field[Any]) -> bool:
    return one.default is MISSING and one.default_factory is MISSING


def gone(key: str) -> NotFound:
    """The failure to raise when nothing is in the bin under this key or act."""
    return NotFound(f"There is nothing deleted under {key[:60]!r}. It was restored, or removed for good.")
