"""Where posts and people are found by words. Every method acts in the block its thread has open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from core.ports.content import PostRow


@dataclass(frozen=True, kw_only=True)
class Term:
    """Words that stand one after the other, as they were typed. `is_beginning`: the last of them may go on;
    `is_unwanted`: what has them is not wanted."""

    words: tuple[str, ...]
    is_beginning: bool = False
    is_unwanted: bool = False


@dataclass(frozen=True, kw_only=True)
class Sought:
    """Which posts: those with all `terms`, this exact tag, of this author, shown to everybody `since` an instant.

    At least one term is wanted. `reader_id` is who asks; `most` rows are returned, `skip` left out before them.
    """

    terms: tuple[Term, ...]
    tag: str = ""
    author_id: str = ""
    since: datetime | None = None
    reader_id: str = ""
    most: int = 20
    skip: int = 0


class FoundPosts(NamedTuple):
    """The best first, each with (the beginning of) its text; `total` is how many were ranked, which has a bound."""

    rows: Sequence[PostRow]
    total: int


class PersonRow(NamedTuple):
    """Somebody as lists show them."""

    id: str
    username: str
    name: str
    bio: str
    image: str


class Index(Protocol):
    """The words of everything that everybody may read."""

    def posts(self, sought: Sought) -> FoundPosts:
        """Listed posts, ranked: words of a title weigh most, then tags, description, text; newer ones first of equals.

        What was changed is found as it is now. Case and accents of Latin letters make no difference.
        """
        ...

    def people(self, words: Sequence[str], most: int) -> Sequence[PersonRow]:
        """People whose page everybody sees, with each of these words in username or name."""
        ...

    def index(self, most: int) -> int:
        """Take in up to so many changes that wait to be indexed; returns how many that were, 0 when none waits."""
        ...
