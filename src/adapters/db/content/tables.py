"""The tables of posts. `post_tags`, `tallies` and `tally_changes` are written by triggers only."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, SmallInteger, String, Table, Text

from adapters.db.tables import metadata, where
from adapters.db.types import Instant, Json, key
from core.domain.content import Attachment, Comment, Favourite, Follow, Post, Tag

LISTED = "state = 'published' AND hidden_at IS NULL"
"""What everybody finds in lists; the same words in indexes, triggers and questions, or the indexes go unused."""


posts = Table(
    "posts",
    metadata,
    Column("id", key(), primary_key=True),
    Column("author_id", key(), ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("slug", key(100), nullable=False, unique=True),
    Column("title", String(200), nullable=False),
    Column("description", String(1000), nullable=False),
    Column("body", Text, nullable=False),
    Column("tags", Json, nullable=False),
    Column("state", key(10), nullable=False, info={"in plans": True}),
    Column("hidden_at", Instant),
    Column("hidden_for", String(300), nullable=False),
    Column("version", Integer, nullable=False),
    Column("favourites", Integer, nullable=False, server_default="0"),
    Column("comments", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("published_at", Instant),
)
Index("ix_posts_listed", posts.c.published_at, posts.c.id, **where(LISTED))
Index("ix_posts_author_listed", posts.c.author_id, posts.c.published_at, posts.c.id, **where(LISTED))
Index("ix_posts_author", posts.c.author_id, posts.c.id)
Index("ix_posts_hidden", posts.c.hidden_at, **where("hidden_at IS NOT NULL"))

post_tags = Table(
    "post_tags",
    metadata,
    Column("tag", key(60), primary_key=True),
    Column("published_at", Instant, primary_key=True),
    Column("post_id", key(), primary_key=True, index=True),
)
"""Of listed posts only, so that a tag's list is one range of one index."""

tags = Table(
    "tags",
    metadata,
    Column("name", key(60), primary_key=True),
    Column("about", String(300), nullable=False),
    Column("created_at", Instant, nullable=False),
)
"""Each tag that was ever listed, made by a trigger."""

comments = Table(
    "comments",
    metadata,
    Column("id", key(), primary_key=True),
    Column("number", BigInteger, nullable=False, unique=True),
    Column("post_id", key(), ForeignKey("posts.id", ondelete="CASCADE"), nullable=False),
    Column("author_id", key(), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("body", Text, nullable=False),
    Column("hidden_at", Instant),
    Column("hidden_for", String(300), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)
Index("ix_comments_post", comments.c.post_id, comments.c.id)

follows = Table(
    "follows",
    metadata,
    Column("follower_id", key(), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("followee_id", key(), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("at", Instant, nullable=False),
)

favourites = Table(
    "favourites",
    metadata,
    Column("user_id", key(), ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("post_id", key(), ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("at", Instant, nullable=False),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", key(), primary_key=True),
    Column("post_id", key(), ForeignKey("posts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("owner_id", key(), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("type", String(100), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
)

tallies = Table(
    "tallies",
    metadata,
    Column("scope", key(80), primary_key=True),
    Column("number", BigInteger, nullable=False),
)
"""How many listed posts there are: of `posts` (all), `day:2026-11-26`, `author:usr_…`, `tag:…`."""
OF_TAG = "substr(scope, 1, 4) = 'tag:'"
"""Said so that SQLite takes this index for it: a range of scopes would be one of the key, and be sorted."""
Index("ix_tallies_tags", tallies.c.number.desc(), tallies.c.scope, **where(OF_TAG))

tally_changes = Table(
    "tally_changes",
    metadata,
    Column("scope", key(80), nullable=False, index=True),
    Column("change", SmallInteger, nullable=False),
)
"""What was not folded into `tallies` yet: writers only append, so none waits for another. Nobody asks for one row, so
there is no key, which each of them would pay for."""

ENTITIES = {Post: posts, Comment: comments, Follow: follows, Favourite: favourites, Attachment: attachments, Tag: tags}
