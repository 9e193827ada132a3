"""Posts, comments and ties in the database, through the session of whatever transaction is open."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, insert, select

from adapters.db.content.tables import comments, favourites, follows, posts
from adapters.db.engine import Database
from adapters.db.repositories import Shelf
from core.domain.content import Comment, Favourite, Follow, Post
from core.domain.kernel.ids import is_id

POST_COLUMNS = tuple(posts.c.keys())
COMMENT_COLUMNS = tuple(comments.c.keys())
NEW_COMMENT = insert(comments)


class SqlPosts(Shelf):
    """`core.ports.content.Posts`."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._new = database.insert(posts).on_conflict_do_nothing(index_elements=["slug"]).returning(posts.c.slug)

    def add(self, post: Post, slugs: tuple[str, str]) -> str:
        """Past the session, whose unit of work costs more than the rest; who was faster has the first slug."""
        row = {name: getattr(post, name) for name in POST_COLUMNS}
        for slug in slugs:
            if self._database.connection.execute(self._new, {**row, "slug": slug}).first() is not None:
                return slug
        raise AssertionError("the second slug holds the post's own id")

    def find(self, slug_or_id: str) -> Post | None:
        if is_id(slug_or_id, "pst"):
            return self._database.session.get(Post, slug_or_id)
        return self._database.session.scalars(select(Post).where(posts.c.slug == slug_or_id)).one_or_none()

    def free_slug(self, slugs: tuple[str, str], but: str) -> str:
        holder = self._database.connection.execute(select(posts.c.id).where(posts.c.slug == slugs[0])).scalar()
        return slugs[0] if holder in (None, but) else slugs[1]

    def keep(self, post: Post) -> None:
        self._database.session.flush()

    def remove(self, post: Post) -> None:
        if post in self._database.session:
            self._database.session.expunge(post)
        self._execute(delete(posts).where(posts.c.id == post.id))


class SqlComments(Shelf):
    """`core.ports.content.Comments`."""

    def add(self, comment: Comment) -> None:
        row = {name: getattr(comment, name) for name in COMMENT_COLUMNS}
        self._database.connection.execute(NEW_COMMENT, row)

    def find(self, id_or_number: str | int) -> Comment | None:
        by = comments.c.number if isinstance(id_or_number, int) else comments.c.id
        return self._database.session.scalars(select(Comment).where(by == id_or_number)).one_or_none()

    def remove(self, comment: Comment) -> None:
        if comment in self._database.session:
            self._database.session.expunge(comment)
        self._execute(delete(comments).where(comments.c.id == comment.id))


class SqlFollows(Shelf):
    """`core.ports.content.Follows`."""

    def add(self, follow: Follow) -> None:
        row = {"follower_id": follow.follower_id, "followee_id": follow.followee_id, "at": follow.at}
        self._database.connection.execute(self._database.insert(follows).on_conflict_do_nothing(), row)

    def remove(self, follower_id: str, followee_id: str) -> None:
        self._execute(delete(follows).where(_between(follower_id, followee_id)))

    def has(self, follower_id: str, followee_id: str) -> bool:
        wanted = select(follows.c.at).where(_between(follower_id, followee_id))
        return self._database.connection.execute(wanted).first() is not None


class SqlFavourites(Shelf):
    """`core.ports.content.Favourites`."""

    def add(self, favourite: Favourite) -> None:
        row = {"user_id": favourite.user_id, "post_id": favourite.post_id, "at": favourite.at}
        self._database.connection.execute(self._database.insert(favourites).on_conflict_do_nothing(), row)

    def remove(self, user_id: str, post_id: str) -> None:
        self._execute(delete(favourites).where(favourites.c.user_id == user_id, favourites.c.post_id == post_id))


def _between(follower_id: str, followee_id: str) -> ColumnElement[bool]:
    return (follows.c.follower_id == follower_id) & (follows.c.followee_id == followee_id)
