"""Everything that is held of one person: rows by what is declared of tables, files by who keeps them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import BinaryIO

from core.domain.kernel.personal import Held
from core.ports.personal import Keeper, Person, PersonalRows, Row

AT_ONCE = 500


class Dossier:
    """Finds what is a person's, and erases it."""

    def __init__(self, rows: PersonalRows, declared: Sequence[Held], keepers: Sequence[Keeper]) -> None:
        self._rows, self.declared, self._keepers = rows, tuple(declared), keepers

    def due(self, now: datetime) -> Sequence[str]:
        """The ids of those who are to be erased by now."""
        return self._rows.due(now, AT_ONCE)

    def of(self, user_id: str) -> Person:
        """Return a person. Raises `NotFound`."""
        return self._rows.person(user_id, self.declared)

    def parts(self, person: Person) -> Iterator[tuple[Held, Iterator[Row]]]:
        """The rows of a person, table by table."""
        return ((held, self._rows.rows(held, self.declared, person)) for held in self.declared)

    def files(self, person: Person) -> Iterator[tuple[str, BinaryIO]]:
        """The files of a person."""
        for keeper in self._keepers:
            yield from keeper.files(person)

    def forget_files(self, person: Person) -> None:
        """Remove the files of a person. No transaction takes that back: rows, which lead to them, go afterwards."""
        for keeper in self._keepers:
            keeper.forget(person)

    def erase(self, person: Person) -> dict[str, int]:
        """Erase the rows of a person; return how many by table."""
        return self._rows.erase(self.declared, person)
