"""Posts, plugged in: where they and their comments are kept, who writes and who reads them."""

from __future__ import annotations

from adapters.db.content import ENTITIES, SqlComments, SqlFavourites, SqlFollows, SqlPosts, SqlReading, SqlTallies
from core.domain.content import CommentDesk, PostDesk, PostReader, Tallying, Ties
from core.domain.kernel.personal import Held, Impersonal

__all__ = ["ENTITIES", "MARKED", "PARTS", "PERSONAL", "SCOPES"]

PARTS = {
    "posts": lambda app: SqlPosts(app.uow),
    "comments": lambda app: SqlComments(app.uow),
    "follows": lambda app: SqlFollows(app.uow),
    "favourites": lambda app: SqlFavourites(app.uow),
    "post_reading": lambda app: SqlReading(app.uow),
    "tallies": lambda app: SqlTallies(app.uow),
    "post_desk": lambda app: PostDesk(app.posts, app.outbox, app.audit, app.clock),
    "comment_desk": lambda app: CommentDesk(app.comments, app.audit, app.clock),
    "ties": lambda app: Ties(app.follows, app.favourites, app.clock),
    "post_reader": lambda app: PostReader(app.post_reading),
    "tallying": lambda app: Tallying(app.tallies),
}
MARKED = {"tallying": Tallying}
SCOPES = {"posts": "Write, change and delete your posts and comments, follow people and like posts"}
PERSONAL = (
    Held(table="posts", about="Posts of yours", ids=("author_id",)),
    Held(table="comments", about="Comments of yours", ids=("author_id",)),
    Held(table="follows", about="Whom you follow, and who follows you", ids=("follower_id", "followee_id")),
    Held(table="favourites", about="Posts that you like", ids=("user_id",)),
    Impersonal(table="post_tags", columns="tag published_at post_id"),
    Impersonal(table="tallies", columns="scope number"),
    Impersonal(table="tally_changes", columns="id scope change"),
)
