"""What is held of one person, wherever it lies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

if TYPE_CHECKING:
    from core.domain.kernel.personal import Held

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Person:
    """Whose data it is: their id, the name of their picture, and every address that ever was theirs here."""

    id: str
    name: str
    image: str
    addresses: tuple[str, ...]


class PersonalRows(Protocol):
    """The rows of tables that are somebody's. Every method acts in the block its thread has open."""

    def due(self, now: datetime, most: int) -> Sequence[str]:
        """The ids of up to `most` users who are to be erased by now, the longest overdue first."""
        ...

    def person(self, user_id: str, held: Sequence[Held]) -> Person:
        """Return a person with all addresses that these tables tell of. Raises `NotFound`."""
        ...

    def rows(self, held: Held, all_held: Sequence[Held], person: Person) -> Iterator[Row]:
        """The rows of a person in one table, in JSON's values, without what is secret."""
        ...

    def erase(self, held: Sequence[Held], person: Person) -> dict[str, int]:
        """Delete, blank or scrub every row of a person; return how many by table."""
        ...


class Keeper(Protocol):
    """Something that keeps files of people."""

    def files(self, person: Person) -> Iterator[tuple[str, BinaryIO]]:
        """What it keeps of a person: names within a download, and the files open to read."""
        ...

    def forget(self, person: Person) -> None:
        """Remove what it keeps of a person; a second call finds nothing."""
        ...


class Bundles(Protocol):
    """Writes downloads."""

    def write(
        self,
        file: BinaryIO,
        person: Person,
        parts: Iterable[tuple[Held, Iterable[Row]]],
        files: Iterable[tuple[str, BinaryIO]],
    ) -> int:
        """Write one file with everything in it, for programs and for people to read; return the number of rows."""
        ...
