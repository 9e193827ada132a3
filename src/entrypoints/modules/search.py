"""Search, plugged in: where words are indexed, who finds posts and people by them, and the task that keeps it up."""

from __future__ import annotations

from adapters.db.content.search import SqlIndex
from core.domain.content.search import Indexing, PostSearch

__all__ = ["MARKED", "PARTS"]

PARTS = {
    "text_index": lambda app: SqlIndex(app.uow),
    "post_search": lambda app: PostSearch(app.text_index),
    "indexing": lambda app: Indexing(app.text_index, app.uow),
}
MARKED = {"indexing": Indexing}
