"""What of posts and comments can be reported, and what happens when somebody who may decide upholds a report."""

from __future__ import annotations

from core.domain.content.comment import NONE_SUCH as NO_COMMENT
from core.domain.content.comment import CommentDesk
from core.domain.content.desk import NONE_SUCH, PostDesk
from core.domain.kernel.errors import Conflict, NotFound
from core.domain.kernel.marks import on
from core.domain.moderation import ReportUpheld, Subject
from core.domain.tasks import Run
from core.ports.content import Comments, Posts

POSTS, COMMENTS = "posts", "comments"
YOURS = "This is your own. You can change it, or take it out."
BECAUSE = "Somebody reported it, and a moderator agreed."


class ReportedContent:
    """`core.domain.moderation.Reportable` of posts and comments."""

    def __init__(self, posts: Posts, comments: Comments, post_desk: PostDesk, comment_desk: CommentDesk) -> None:
        self._posts, self._comments, self._post_desk, self._comment_desk = posts, comments, post_desk, comment_desk

    def may_report(self, kind: str, key: str, user_id: str) -> Subject:
        """Return a post (by slug or id) or a comment that somebody sees and did not write."""
        if kind == COMMENTS:
            return self._comment(key, user_id)
        post = self._post_desk.get(key, user_id)
        if post.author_id == user_id:
            raise Conflict(YOURS)
        said = {"author_id": post.author_id, "title": post.title, "description": post.description, "body": post.body}
        return Subject(key=post.id, label=post.title[:200], context=(said,), link=f"/posts/{post.slug}")

    @on(ReportUpheld, "content.hide-reported")
    def hide(self, event: ReportUpheld, run: Run) -> None:
        """Hide what a report is about; what is gone meanwhile needs no hiding."""
        if event.about_kind == POSTS and self._posts.find(event.about_id) is not None:
            self._post_desk.hide(event.about_id, BECAUSE)
        if event.about_kind == COMMENTS and self._comments.find(event.about_id) is not None:
            self._comment_desk.hide(event.about_id, BECAUSE)

    def _comment(self, key: str, user_id: str) -> Subject:
        comment = self._comments.find(key)
        post = self._posts.find(comment.post_id) if comment is not None else None
        if comment is None or post is None or comment.hidden_at is not None:
            raise NotFound(NO_COMMENT)
        if not post.is_shown_to(user_id):
            raise NotFound(NONE_SUCH)
        if comment.author_id == user_id:
            raise Conflict(YOURS)
        said = {"author_id": comment.author_id, "post_id": post.id, "body": comment.body}
        return Subject(key=comment.id, label=str(comment), context=(said,), link=f"/posts/{post.slug}")
