"""Words of posts in memory, for tests that must be instant: every post is read each time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.memory.content import MemoryReading
from adapters.memory.store import MemoryUnitOfWork
from core.domain.content import Post
from core.domain.content.search import POOL, fold, split
from core.ports.search import FoundPosts, PersonRow, Sought, Term

WEIGHTS = {"title": 1.0, "tags": 0.3, "description": 0.1, "body": 0.01}


class MemoryIndex:
    """`core.ports.search.Index`."""

    def __init__(self, store: MemoryUnitOfWork) -> None:
        self._store, self._reading = store, MemoryReading(store)

    def posts(self, sought: Sought) -> FoundPosts:
        fitting = [post for post in self._store.shelf("post").values() if _fits(post, sought)]
        newest = sorted(fitting, key=lambda post: (post.published_at, post.id), reverse=True)
        ranked = [(rank, post) for post in newest if (rank := _rank(post, sought.terms))][:POOL]
        best = sorted(ranked, key=lambda pair: -pair[0])[sought.skip : sought.skip + sought.most]
        rows = [self._reading.post(post.id, sought.reader_id) for _, post in best]
        return FoundPosts([row for row in rows if row is not None], len(ranked) if best else 0)

    def people(self, words: Sequence[str], most: int) -> Sequence[PersonRow]:
        shown = [user for user in self._store.shelf("user").values() if user.is_shown]
        fits = [user for user in shown if all(_is_in(word, user.username) or _is_in(word, user.name) for word in words)]
        fits.sort(key=lambda user: (len(user.username), user.username))
        return [PersonRow(*(getattr(user, name) for name in PersonRow._fields)) for user in fits[:most]]

    def index(self, most: int) -> int:
        return 0


def _is_in(word: str, text: str) -> bool:
    return word.lower() in text.lower()


def _fits(post: Post, sought: Sought) -> bool:
    return (
        post.is_listed
        and (not sought.tag or sought.tag in post.tags)
        and (not sought.author_id or post.author_id == sought.author_id)
        and (sought.since is None or post.published_at is None or post.published_at >= sought.since)
    )


def _rank(post: Post, terms: Sequence[Term]) -> float:
    """The weights of all that was met; 0 where a term is missing or an unwanted one is there."""
    texts: dict[str, Any] = {name: getattr(post, name) for name in WEIGHTS} | {"tags": " ".join(post.tags)}
    words = {name: [fold(word) for word in split(text)] for name, text in texts.items()}
    rank = 0.0
    for term in terms:
        met = sum(WEIGHTS[name] * _times(term, among) for name, among in words.items())
        if bool(met) == term.is_unwanted:
            return 0.0
        rank += met
    return rank


def _times(term: Term, among: Sequence[str]) -> int:
    sought, length = [fold(word) for word in term.words], len(term.words)
    runs = (among[start : start + length] for start in range(len(among) - length + 1))
    return sum(
        run[:-1] == sought[:-1] and (run[-1] == sought[-1] or (term.is_beginning and run[-1].startswith(sought[-1])))
        for run in runs
    )


PARTS = {"text_index": MemoryIndex}
