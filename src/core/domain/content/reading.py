"""Lists of posts and comments, read past the entities: rows for a presenter, counted without being walked."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.kernel.errors import NotFound
from core.ports.content import CommentRow, Page, PostRow, Reading, Wanted

NONE_SUCH = "There is no such post. It may have been taken out, or the address is not complete."


class PostReader:
    """Reads what is shown to everybody, and to authors what is theirs. Acts in the caller's reading block."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def page(self, wanted: Wanted) -> Page:
        """A page of a list and how many posts the whole list has; two statements at most, however many it shows."""
        return self._reading.page(wanted)

    def post(self, slug_or_id: str, reader_id: str = "") -> PostRow:
        """A post whole, as this reader sees it. Raises `NotFound`."""
        row = self._reading.post(slug_or_id, reader_id)
        if row is None:
            raise NotFound(NONE_SUCH)
        return row

    def comments(self, post_id: str, reader_id: str = "", *, most: int = 0, before: str = "") -> list[CommentRow]:
        """Comments on a post, newest first, made before the one with this id; `most` 0 is all of them."""
        return self._reading.comments(post_id, reader_id, most=most, before=before)

    def comment(self, post_id: str, comment_id: str, reader_id: str = "") -> CommentRow | None:
        """One comment on a post, as this reader sees it; or None."""
        return self._reading.comment(post_id, comment_id, reader_id)

    def tags(self, most: int = 1000) -> Sequence[tuple[str, int]]:
        """Tags of what everybody sees, with how many posts have them: most used first, then by name."""
        return self._reading.tags(most)
