"""Two changes of one record: what it was, what each made of it, and what is left to save; it saves nothing itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.domain.kernel.errors import Conflict, Invalid
from core.domain.records.fields import Field
from core.domain.records.record import Record
from core.ports.records import Row

SIDES = ("theirs", "yours")
UNKNOWN = object()
"""What a field was when the form was opened, where the form does not say."""


class Overtaken(Conflict):
    """Somebody changed the record after the form was opened."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A field that is not the same on both sides, as JSON has it."""

    field: Field
    was: Any
    theirs: Any
    yours: Any

    @property
    def is_known(self) -> bool:
        """Whether it is known what the field was."""
        return self.was is not UNKNOWN

    @property
    def side(self) -> str:
        """Who alone changed it ("theirs" or "yours"), or "" when both did and somebody must choose."""
        if _is_same(self.was, self.theirs):
            return "yours"
        return "theirs" if _is_same(self.was, self.yours) else ""


@dataclass(frozen=True, kw_only=True)
class Merge:
    """The fields on which two changes differ, and what was typed."""

    differences: tuple[Difference, ...]
    typed: Mapping[str, Any]

    @classmethod
    def of(cls, kind: Record, was: str, theirs: Row, typed: Mapping[str, Any]) -> Merge:
        """Compare what was typed into a form with the record as it is now.

        `was` is what `kind.base` said when the form was opened; where it says nothing, every difference needs a choice.
        """
        known = _read(was)
        found = [
            Difference(
                field=one, was=known.get(one.name, UNKNOWN), theirs=one.plain(theirs[one.name]),
                yours=one.plain(typed[one.name]),
            )
            for one in kind.form
        ]  # fmt: skip
        return cls(differences=tuple(one for one in found if not _is_same(one.theirs, one.yours)), typed=typed)

    def settled(self, chosen: Mapping[str, str]) -> dict[str, Any]:
        """Return the typed values that shall be saved over theirs; `chosen` maps a field to "theirs" or "yours".

        Without a choice stands what only one of both changed. Raises `Invalid` naming what both changed unchosen.
        """
        sides = {one.field.name: _side(one, chosen) for one in self.differences}
        open_ = [one.field for one in self.differences if not sides[one.field.name]]
        if open_:
            raise Invalid({one.name: f"Both of you changed {one.label}. Choose one of the two." for one in open_})
        return {name: self.typed[name] for name, side in sides.items() if side == "yours"}


def _side(difference: Difference, chosen: Mapping[str, str]) -> str:
    side = chosen.get(difference.field.name, "")
    return side if side in SIDES else difference.side


def _read(was: str) -> Row:
    """A form may have been forged: then it only spoils what its sender is shown."""
    try:
        known = json.loads(was)
    except (ValueError, RecursionError):
        return {}
    return known if isinstance(known, dict) else {}


def _is_same(one: Any, other: Any) -> bool:
    """Browsers send every line break as CR LF, and the forms take them as LF."""
    if isinstance(one, str) and isinstance(other, str):
        return one.replace("\r\n", "\n") == other.replace("\r\n", "\n")
    return type(one) is type(other) and bool(one == other)
