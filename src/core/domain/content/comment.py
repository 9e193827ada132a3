"""Comments on posts: their rules, and where they are written."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.domain.audit import Audit
from core.domain.content.post import Post, because, text
from core.domain.kernel import rules
from core.domain.kernel.errors import Conflict, Forbidden, NotFound
from core.domain.kernel.ids import new_id
from core.domain.tasks import Outbox
from core.ports.clock import Clock
from core.ports.content import Authors, Comments

BODY_MOST = 10_000
NONE_SUCH = "There is no such comment on this post. It may have been taken out."
NOT_YOURS = "This comment is somebody else's, so you cannot change it."
BEGINNING = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(eq=False, kw_only=True)
class Comment:
    """One comment. `number` is its id where an outside contract wants an integer; `body` is Markdown.

    It is hidden as posts are.
    """

    id: str
    number: int
    post_id: str
    author_id: str
    body: str
    hidden_at: datetime | None = None
    hidden_for: str = ""
    version: int = 1
    created_at: datetime
    updated_at: datetime

    def __str__(self) -> str:
        return self.body.partition("\n")[0][:60]

    def check(self) -> None:
        """Clean the fields or raise `Invalid` with a sentence for each that is wrong."""
        listed = rules.Checklist()
        self.body = listed.take("body", text, self.body, "The comment", BODY_MOST) or ""
        listed.close()

    def hide(self, reason: str, now: datetime) -> None:
        """Have nobody but its author read it. Raises `Invalid`."""
        self.hidden_for, self.hidden_at = because(reason), self.hidden_at or now

    def restore(self, *, is_author_shown: bool = True) -> None:
        """Let it be read again, by all who may see its author."""
        self.hidden_at, self.hidden_for = (None if is_author_shown else self.hidden_at), ""


@dataclass(frozen=True)
class CommentWritten:
    """Somebody has commented on a post."""

    post_id: str
    comment_id: str


class CommentDesk:
    """Takes comments in, and changes them by their authors' word."""

    def __init__(self, comments: Comments, authors: Authors, outbox: Outbox, audit: Audit, clock: Clock) -> None:
        self._comments, self._authors, self._outbox, self._audit, self._clock = comments, authors, outbox, audit, clock

    def write(self, post: Post, author_id: str, body: str) -> Comment:
        """Keep a new comment on a post that its author may read. Raises `Invalid`, `Conflict`."""
        if not post.is_listed:
            raise Conflict("This post is not open to everybody, so nothing can be written below it.")
        now = self._clock.now()
        comment = Comment(
            id=new_id("cmt", now), number=numbered(now), post_id=post.id, author_id=author_id, body=body,
            created_at=now, updated_at=now,
        )  # fmt: skip
        comment.check()
        self._comments.add(comment)
        if author_id != post.author_id:
            self._outbox.publish(CommentWritten(post.id, comment.id))
        return comment

    def on(self, post: Post, id_or_number: str | int) -> Comment:
        """Return a comment on this post, to be changed. Raises `NotFound`."""
        comment = self._comments.find(id_or_number)
        if comment is None or comment.post_id != post.id:
            raise NotFound(NONE_SUCH)
        return comment

    def of_author(self, post: Post, id_or_number: str | int, author_id: str) -> Comment:
        """Return this author's comment on a post. Raises `NotFound`, and `Forbidden` for somebody else's."""
        comment = self.on(post, id_or_number)
        if comment.author_id != author_id:
            raise Forbidden(NOT_YOURS) if comment.hidden_at is None else NotFound(NONE_SUCH)
        return comment

    def change(self, comment: Comment, body: str) -> Comment:
        """Change the words of a comment. Raises `Invalid`."""
        before, comment.body = comment.body, body
        try:
            comment.check()
        except Exception:
            comment.body = before
            raise
        comment.version += 1
        comment.updated_at = self._clock.now()
        self._comments.keep(comment)
        return comment

    def delete(self, comment: Comment) -> None:
        """Take a comment out."""
        self._comments.remove(comment)

    def hide(self, comment_id: str, reason: str) -> Comment:
        """Hide a comment, by a moderator. Raises `Invalid`, `NotFound`."""
        return self._moderated(comment_id, lambda comment, now: comment.hide(reason, now), "hid")

    def restore(self, comment_id: str) -> Comment:
        """Show a hidden comment again, unless its author is shown to nobody. Raises `NotFound`."""

        def restore(comment: Comment, now: datetime) -> None:
            comment.restore(is_author_shown=self._authors.hold(comment.author_id))

        return self._moderated(comment_id, restore, "restored")

    def _moderated(self, comment_id: str, act: Callable[[Comment, datetime], None], what: str) -> Comment:
        comment = self._comments.find(comment_id)
        if comment is None:
            raise NotFound(NONE_SUCH)
        before = {"hidden_at": comment.hidden_at, "hidden_for": comment.hidden_for}
        act(comment, self._clock.now())
        after = {"hidden_at": comment.hidden_at, "hidden_for": comment.hidden_for}
        self._audit.note(what, "comment", comment.id, label=str(comment), before=before, after=after)
        return comment


def numbered(now: datetime) -> int:
    """A number that nobody else has, rising with time: eighths of microseconds since 2024, which stay below 2^53 (what
    JavaScript counts exactly) until 2059."""
    return (now - BEGINNING) // timedelta(microseconds=1) * 8 + random.randrange(8)
