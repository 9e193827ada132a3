"""Any kind of record, for lists, forms and exports: pages by key, never by number, and never counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

E = TypeVar("E")
Row = dict[str, Any]
"""A record's fields by name, as the entity has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a record must fulfil.

    `test` is one of: is, contains, from (at least), until (at most), before (less than), one of (several), empty,
    filled.
    """

    field: str
    test: str
    value: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which records, in which order. Each of `words` must occur in one of the fields `among`, whatever its case."""

    order: str
    descending: bool = False
    conditions: tuple[Condition, ...] = ()
    words: tuple[str, ...] = ()
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in the order: the record with this key, which has `value` in the field that is ordered by."""

    key: str
    value: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Rows in order, and whether there is more on either side."""

    rows: list[Row]
    has_before: bool = False
    has_after: bool = False


class Records(Protocol):
    """Records of any kind that is kept, in the open transaction or reading block.

    `entity` is an entity's class, `key` its key field's value. Fields are named as on the entity.
    """

    def page(
        self, entity: type[Any], fields: Sequence[str], question: Question, limit: int,
        after: Place | None = None, before: Place | None = None,
    ) -> Page:  # fmt: skip
        """Return up to `limit` rows after or before a place (None: from the beginning), in one query.

        Records without a value in the field that is ordered by come last, or first when descending.
        """
        ...

    def number(self, entity: type[Any], question: Question, most: int) -> int:
        """Count the records, but no further than `most`."""
        ...

    def get(self, entity: type[E], key: str) -> E | None:
        """Return a record, or None."""
        ...

    def some(self, entity: type[E], keys: Sequence[str]) -> list[E]:
        """Return the records with these keys, in one query and in no order; ones that are gone are left out."""
        ...

    def lock(self, entity: type[E], key: str) -> E | None:
        """Return a record and hold it until the transaction ends, or None."""
        ...

    def add(self, record: object) -> None:
        """Keep a new record."""
        ...

    def delete(self, record: object) -> None:
        """Remove a record. Raises `Conflict` (at the latest at the commit) when others depend on it."""
        ...
