"""What a search asks for, read from a request: the page and the API ask the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import request

from core.domain.content.search import Found
from core.domain.kernel.errors import Invalid
from entrypoints.container import App

ASKS = {
    "q": "What to look for: words, \"several in a row\", -unwanted, begin*. Required.",
    "tag": "Only posts with this very tag.", "author": "Only posts of whoever has this username.",
    "since": "Only posts shown to everybody since this day or instant, like 2026-01-31.",
}  # fmt: skip
NARROWING_MOST = 100


@dataclass(frozen=True, kw_only=True)
class Search:
    """What is looked for, and how far it is narrowed."""

    words: str = ""
    tag: str = ""
    author: str = ""
    since: datetime | None = None


def asked() -> Search:
    """Read the request. Raises `Invalid` naming each field that cannot be."""
    given, wrong = request.args, {}
    for name in ("tag", "author"):
        text = given.get(name, "")
        if len(text) > NARROWING_MOST or not text.isprintable():
            wrong[name] = "This is no tag and no username: at most 100 characters that can be seen. Shorten it."
    try:
        since = _instant(given.get("since", "").strip())
    except (ValueError, OverflowError):
        since, wrong["since"] = None, "This is no day. Write it like 2026-01-31."
    if wrong:
        raise Invalid(wrong)
    return Search(words=given.get("q", ""), tag=given.get("tag", ""), author=given.get("author", ""), since=since)


def find(app: App, search: Search, reader_id: str, most: int, skip: int) -> Found:
    """Look for it, in a reading block of its own. Raises `Invalid` where the words are too many."""
    with app.uow.reading():
        author_id = ""
        if search.author:
            author = app.users.by_username(search.author)
            author_id = author.id if author is not None else "nobody"
        return app.post_search.find(
            search.words, tag=search.tag, author_id=author_id, since=search.since, reader_id=reader_id, most=most,
            skip=skip,
        )  # fmt: skip


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    instant = datetime.fromisoformat(text)
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
