"""What surrounds a list: how many records there are and of which sort, told without reading everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from core.ports.records import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """How many. `sense` is one of: exactly, about (statistics say so), at least (counting ended there)."""

    value: int
    sense: str = "exactly"

    @classmethod
    def counted(cls, value: int, most: int) -> Number:
        """What was counted, no further than one beyond `most`."""
        return cls(value=value) if value <= most else cls(value=most, sense="at least")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """How many records fit a question; `tallies` maps field and value to how many have it."""

    total: Number
    tallies: Mapping[str, Mapping[Any, Number]]


class Counts(Protocol):
    """Counts of records of any kind that is kept, in the open transaction or reading block.

    `entity` is an entity's class; fields are named as on the entity.
    """

    def size(self, entity: type[Any]) -> Number:
        """Return how many records there are: about, where statistics are kept; else counted up to some 10,000."""
        ...

    def fitting(
        self, entity: type[Any], fields: Mapping[str, Sequence[Any]], question: Question, most: int
    ) -> Fitting:  # fmt: skip
        """Return how many records fit, and by field how many of them have each of the given values.

        What the question itself asks of a field ("is") does not count for that field: each number is what one would
        see after choosing that value instead. Values that no record has may be left out. Where something is asked,
        counting ends when `most` records were met; what is more is "at least", or "about" where statistics can say. A
        value that was not met until then is "at least" 0: nobody knows whether a record has it.
        """
        ...

    def ordered(self, entity: type[Any]) -> frozenset[str]:
        """Return the fields by which a list of any length is put in order without reading all of it."""
        ...

    def ends(self, entity: type[Any], field: str) -> tuple[Any, Any] | None:
        """Return the smallest and the largest value of an ordered field, or None when no record has one."""
        ...

    def inhabited(self, entity: type[Any], field: str, edges: Sequence[Any]) -> list[bool]:
        """Return whether records lie between each edge (inclusive) and the next (exclusive) of an ordered field."""
        ...
