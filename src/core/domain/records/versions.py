"""What a record was after an earlier act, read back from its history; secrets are in no history and never come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.audit import SECRET, differences
from core.domain.kernel.errors import Conflict, NotFound
from core.domain.records.record import Record
from core.ports.records import Row

GONE = "deleted"
"""The act after which there was no record to go back to."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """A record as it was after `entry`: what is to be set, and field by field what that changes (now, then)."""

    entry: Row
    values: dict[str, Any]
    changes: dict[str, Any]


def version(kind: Record, row: Row, history: Sequence[Row], entry_id: str) -> Version:
    """Return the version after one act. `history` is newest first, `row` the record as it is.

    A field that no later act changed stays as it is. Raises `NotFound` when the history does not go back that far,
    `Conflict` when a value of then fits its field no longer.
    """
    place = next((place for place, entry in enumerate(history) if entry["id"] == entry_id), None)
    if place is None or history[place]["action"] == GONE:
        raise NotFound(f"There is no such version of this {kind.name}. Look at its history again.")
    then: Row = {}
    for entry in history[:place]:  # an older act overwrites: what was before the first change is what counts
        then |= {name: pair["before"] for name, pair in entry["changes"].items() if is_kept(kind, name)}
    changes = differences({name: kind.fields[name].plain(row[name]) for name in then}, then)
    values = {name: _restored(kind, name, then[name]) for name in changes}
    return Version(entry=history[place], values=values, changes=changes)


def is_kept(kind: Record, name: str) -> bool:
    """Whether the history has this field's values and an administrator may set it."""
    return name in kind.editable and not name.endswith(SECRET)


def _restored(kind: Record, name: str, plain: Any) -> Any:
    try:
        return kind.fields[name].restore(plain)
    except ValueError:
        label = kind.fields[name].label
        raise Conflict(f"{label} was something then that it cannot be any more. Change the fields by hand.") from None
