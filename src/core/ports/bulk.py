"""Many new records at once, in the open transaction: for seeds and imports, past entities and their rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class Bulk(Protocol):
    """Records of any kind that is kept."""

    def add(
        self, entity: type[Any], fields: Sequence[str], rows: Sequence[Sequence[Any]], known_by: Sequence[str]
    ) -> list[Any]:  # fmt: skip
        """Keep new records, each row in the order of `fields`; the fields that are not named have their defaults.

        A record is known by some fields that are unique together: rows with the same ones as what is there already are
        left out. Returns the first field of those that were kept, in no order. Nothing is checked: that is for who
        makes the rows. Raises `Conflict` where they contradict what is there in another way.
        """
        ...

    def settle(self, *entities: type[Any]) -> None:
        """After many rows, outside of any block: bring what the database knows about these tables up to date."""
        ...
