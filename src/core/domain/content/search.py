"""Finding posts and people by words: what people type is read here, and what was found is marked."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from core.domain.kernel.errors import Invalid
from core.domain.kernel.marks import Effects, every, task
from core.domain.tasks import Run
from core.ports.content import PostRow
from core.ports.search import Index, PersonRow, Sought, Term
from core.ports.unit_of_work import UnitOfWork

QUERY_MOST, TERMS_MOST, WORDS_MOST = 300, 12, 24
POOL = 1000
"""So many posts are ranked at most, the newest: nobody reads on for longer, and a common word costs no more."""
PEOPLE_MOST = 5
GROUP, GROUPS_MOST = 500, 100
EXCERPT, BEFORE = 240, 60
"""Characters of an excerpt, and of what stands before the first word that was found."""
TYPED = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')
LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
MARKUP = re.compile(r"^[ \t]*(?:[#>+*-]+[ \t]+|`{3,}.*$|\d+[.)][ \t]+)|[*`]+|(?<!\w)_+|_+(?!\w)", re.M)
SPACE = re.compile(r"\s+")


class Marked(NamedTuple):
    """Text, and where the words stand in it that were looked for: from, up to (characters)."""

    text: str
    marks: tuple[tuple[int, int], ...]

    @property
    def parts(self) -> list[tuple[str, bool]]:
        """The text in pieces, each with whether it is marked."""
        parts, end = [], 0
        for start, stop in self.marks:
            parts += [(self.text[end:start], False), (self.text[start:stop], True)]
            end = stop
        return [part for part in [*parts, (self.text[end:], False)] if part[0]]


class Hit(NamedTuple):
    """A post that was found."""

    post: PostRow
    title: Marked
    excerpt: Marked


@dataclass(frozen=True, kw_only=True)
class Found:
    """A page of what was found. `total` is exact below `POOL`, and `POOL` where there are as many or more."""

    posts: Sequence[Hit] = ()
    people: Sequence[PersonRow] = ()
    total: int = 0


class PostSearch:
    """Finds posts and people for whoever asks. Every verb acts in the caller's reading block."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def find(
        self,
        text: str,
        *,
        tag: str = "",
        author_id: str = "",
        since: datetime | None = None,
        reader_id: str = "",
        most: int = 20,
        skip: int = 0,
    ) -> Found:
        """Posts for what somebody typed, the best first, and on the first page people as well.

        Words, "several in a row", -unwanted, begin*; anything else is no error, and finds nothing. Raises `Invalid`
        where the text is too long.
        """
        terms = read(text)
        if skip >= POOL or not any(not term.is_unwanted for term in terms):
            return Found()
        sought = Sought(
            terms=terms, tag=tag, author_id=author_id, since=since, reader_id=reader_id, most=min(most, POOL - skip),
            skip=skip,
        )  # fmt: skip
        rows, total = self._index.posts(sought)
        is_narrowed = bool(tag or author_id or since)
        people = [] if skip or is_narrowed else self._index.people(_wanted(terms), PEOPLE_MOST)
        return Found(posts=[_hit(row, terms) for row in rows], people=people, total=total)


class Indexing:
    """Keeps the index up to date."""

    def __init__(self, index: Index, uow: UnitOfWork) -> None:
        self._index, self._uow = index, uow

    @every("content-words", "*/2 * * * *", missed="skip")
    @task("content.index-words", queue="upkeep", effects=Effects.OUTSIDE, priority=8)
    def index(self, run: Run) -> None:
        """Take in the words of what was written or changed; until then a search reads the newest of it as it is."""
        with run.start():
            pass
        run.settle({"indexed": self._groups(GROUPS_MOST)})

    def index_all(self) -> int:
        """Take in everything that waits; returns how many changes that were."""
        done = 0
        while taken := self._groups(GROUPS_MOST):
            done += taken
        return done

    def _groups(self, most: int) -> int:
        """Take in up to so many groups, each in a transaction of its own."""
        done = 0
        for _ in range(most):
            with self._uow.transaction():
                taken = self._index.index(GROUP)
            done += taken
            if not taken:
                break
        return done


def read(text: str) -> tuple[Term, ...]:
    """What somebody typed, as terms; more than twelve are left out. Raises `Invalid` where it is too long."""
    if len(text) > QUERY_MOST:
        raise Invalid({"q": f"This is {len(text):,} characters long; at most {QUERY_MOST} are looked for. Shorten it."})
    terms = []
    for minus, quoted, plain in TYPED.findall(text):
        words = tuple(split(quoted or plain))[:WORDS_MOST]
        if words:
            terms.append(Term(words=words, is_beginning=plain.endswith("*"), is_unwanted=bool(minus)))
    return tuple(terms[:TERMS_MOST])


def split(text: str) -> list[str]:
    """The words of a text: letters and digits of any script, with the marks on them."""
    return _word().findall(text)


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """A word as it is compared: lower case, no accents (of those that can be taken off)."""
    if word.isascii():
        return word.lower()
    bare = "".join(sign for sign in unicodedata.normalize("NFD", word) if not "\u0300" <= sign <= "\u036f")
    return unicodedata.normalize("NFC", bare).lower()


def marked(text: str, terms: Sequence[Term]) -> Marked:
    """Mark in a text what terms look for."""
    places = [(found.start(), found.end(), fold(found[0])) for found in _word().finditer(text)]
    sought = [(tuple(map(fold, term.words)), term.is_beginning) for term in terms if not term.is_unwanted]
    firsts = {words[0] for words, is_beginning in sought if len(words) > 1 or not is_beginning}
    beginnings = tuple(words[0] for words, is_beginning in sought if len(words) == 1 and is_beginning)
    marks: list[tuple[int, int]] = []
    for number, (start, _, word) in enumerate(places):
        if word in firsts or (beginnings and word.startswith(beginnings)):
            length = max((_length(words, places[number:number + len(words)], is_beginning)
                          for words, is_beginning in sought), default=0)  # fmt: skip
            if length and (not marks or start >= marks[-1][1]):
                marks.append((start, places[number + length - 1][1]))
    return Marked(text, tuple(marks))


def plain(markdown: str) -> str:
    """Markdown as one line of text, without what only shapes it."""
    return SPACE.sub(" ", MARKUP.sub("", LINK.sub(r"\1", markdown))).strip()


def excerpt(text: str, terms: Sequence[Term]) -> Marked:
    """The part of a text where what was looked for stands first, or its beginning."""
    whole = marked(text, terms)
    first = whole.marks[0][0] if whole.marks else 0
    start = 0 if first <= BEFORE else text.rfind(" ", 0, first - BEFORE) + 1 or first - BEFORE
    stop = min(len(text), start + EXCERPT)
    if stop < len(text):
        gap = text.rfind(" ", first + 1, stop)
        stop = stop if gap < 0 else gap
    lead = "…" if start else ""
    shown = f"{lead}{text[start:stop]}{'…' if stop < len(text) else ''}"
    moved = [(begin - start + len(lead), end - start + len(lead)) for begin, end in whole.marks if end <= stop]
    return Marked(shown, tuple(moved))


def _hit(row: PostRow, terms: Sequence[Term]) -> Hit:
    text = excerpt(plain(row.body), terms)
    if not text.marks and row.description:
        about = excerpt(row.description, terms)
        text = about if about.marks else text
    return Hit(row._replace(body=""), marked(row.title, terms), text)


def _wanted(terms: Sequence[Term]) -> list[str]:
    return [word for term in terms if not term.is_unwanted for word in term.words]


def _length(words: tuple[str, ...], places: Sequence[tuple[Any, Any, str]], is_beginning: bool) -> int:
    """How many words of a text a term takes that begins there; 0 for none."""
    here = tuple(place[2] for place in places)
    if len(here) < len(words) or here[:-1] != words[:-1]:
        return 0
    return len(words) if here[-1] == words[-1] or (is_beginning and here[-1].startswith(words[-1])) else 0


@cache
def _word() -> re.Pattern[str]:
    """A letter or digit, and more of them with marks between: what `\\w` knows, without the underscore, and marks.

    Vowel signs of Indian scripts are marks, and no word ends at them.
    """
    marks = [number for number in range(0x300, sys.maxunicode + 1 >> 4) if unicodedata.category(chr(number))[0] == "M"]
    spans: list[list[int]] = []
    for number in marks:
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    within = "".join(f"{chr(first)}-{chr(last)}" for first, last in spans)
    return re.compile(rf"[^\W_](?:[^\W_]|[{within}])*")
