"""What a table holds of a person, said beside the table (`PERSONAL` in a module's file): how their rows are found, and
what becomes of them when they leave. Every column must be accounted for: tests/contracts/test_personal.py says which is
not.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ERASED = "erased"
"""What stands where a value of somebody was who has left."""


class Fate(StrEnum):
    """What becomes of rows: they go; they stay and lose the columns in `blank`; or each text in `mentions` goes that
    names the person."""

    DELETE = "delete"
    BLANK = "blank"
    SCRUB = "scrub"


@dataclass(frozen=True, kw_only=True)
class Held:
    """The rows of one table that are somebody's.

    `ids` are columns with their id, `addresses` those with an address of theirs (mail, number, device), `mentions`
    texts in which either may stand, `through` (column, other table, its column) what belongs to a row of theirs there.
    `tells` are columns with further addresses of theirs. `secret` columns are not given out, not even to them. Rows
    that stay name every other column in `stays`, and say `why`.
    """

    table: str
    about: str
    name: str = ""
    ids: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    through: tuple[tuple[str, str, str], ...] = ()
    tells: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    fate: Fate = Fate.DELETE
    blank: tuple[str, ...] = ()
    stays: str = ""
    why: str = ""

    @property
    def file(self) -> str:
        """What it is called in a download."""
        return self.name or self.table

    def accounts_for(self, columns: set[str]) -> set[str]:
        """Those of these columns of which it is said what becomes of them."""
        if self.fate == Fate.DELETE:
            return columns
        return {*self.blank, *self.stays.split(), *(self.mentions if self.fate == Fate.SCRUB else ())}


@dataclass(frozen=True, kw_only=True)
class Impersonal:
    """A table that holds nothing of anybody, with the names of its columns: a new one must be thought about."""

    table: str
    columns: str
