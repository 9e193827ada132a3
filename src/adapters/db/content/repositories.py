"""Posts, comments and ties in the database, through the session of whatever transaction is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import orjson
from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    Text,
    cast,
    delete,
    exists,
    func,
    or_,
    select,
    type_coerce,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from adapters.db.content.tables import attachments, comments, favourites, follows, post_tags, posts, tags
from adapters.db.engine import Database
from adapters.db.glance import put
from adapters.db.repositories import E, Shelf
from adapters.db.tables import deleted_records, users
from core.domain.content import Attachment, Comment, Favourite, Follow, Post, Tag
from core.domain.kernel.errors import Conflict
from core.domain.kernel.ids import is_id

POST_COLUMNS = tuple(posts.c.keys())
COMMENT_COLUMNS = tuple(comments.c.keys())
IS_FOLLOWED = "EXISTS (SELECT 1 FROM follows WHERE followee_id = author_id)"
NOBODY_FOLLOWS = "NOT EXISTS (SELECT 1 FROM follows WHERE followee_id = CAST(:author_id AS varchar))"
IS_SHOWN = users.c.active & users.c.leaving_at.is_(None)
"""`User.is_shown`."""
FIRST_COMES = "ON CONFLICT ({}) DO NOTHING RETURNING {}"


class SqlPosts(Shelf):
    """`core.ports.content.Posts`."""

    def add(self, post: Post, slugs: tuple[str, str]) -> tuple[str, bool]:
        """Past the session, whose unit of work costs more than the rest; who was faster has the first slug."""
        self._database.frame.flush()
        row = {name: getattr(post, name) for name in POST_COLUMNS}
        for slug in slugs:
            if made := put(self._database, posts, {**row, "slug": slug}, FIRST_COMES.format("slug", IS_FOLLOWED)):
                return slug, bool(made[0][0])
        raise AssertionError("the second slug holds the post's own id")

    def add_untold(self, post: Post) -> bool:
        row = {name: getattr(post, name) for name in POST_COLUMNS}
        return bool(put(self._database, posts, row, FIRST_COMES.format("slug", "1"), NOBODY_FOLLOWS))

    def find(self, slug_or_id: str) -> Post | None:
        by = posts.c.id if is_id(slug_or_id, "pst") else posts.c.slug
        return self._database.session.scalars(_held(Post).where(by == slug_or_id)).one_or_none()

    def get(self, post_id: str) -> Post:
        return self._get(Post, post_id, "post")

    def tagged(self, tag: str, most: int) -> list[Post]:
        """Among drafts no index knows it. What the text of JSON says to the letter is asked first, which costs little;
        whether it is a tag or a part of one, only who reads the JSON can tell."""
        said = orjson.dumps(tag).decode()
        kept = type_coerce(posts.c.tags, Text)
        if self._database.is_sqlite:
            each = func.json_each(posts.c.tags).table_valued("value")
            is_one = (func.instr(kept, said) > 0) & exists().where(each.c.value == tag)
        else:
            is_one = (func.strpos(kept, said) > 0) & cast(kept, JSONB).has_key(tag)
        return list(self._database.session.scalars(_held(Post).where(is_one).limit(most)))

    def free_slug(self, slugs: tuple[str, str], but: str) -> str:
        holder = self._database.connection.execute(select(posts.c.id).where(posts.c.slug == slugs[0])).scalar()
        return slugs[0] if holder in (None, but) else slugs[1]

    def take_slug(self, post: Post, slugs: tuple[str, str]) -> None:
        """Whoever takes it in another transaction is waited for, and has it if that is kept."""
        slug = self.free_slug(slugs, post.id)
        if slug == slugs[0]:
            try:
                with self._database.part():
                    self._execute(update(posts).where(posts.c.id == post.id).values(slug=slug))
            except Conflict:
                slug = slugs[1]
        post.slug = slug

    def keep(self, post: Post) -> None:
        self._database.session.flush()

    def remove(self, post: Post) -> None:
        if post in self._database.session:
            self._database.session.expunge(post)
        self._execute(delete(posts).where(posts.c.id == post.id))


class SqlComments(Shelf):
    """`core.ports.content.Comments`."""

    def add(self, comment: Comment) -> None:
        """Past the session, as posts; where another comment of the same instant has its number, the next is taken."""
        row = {name: getattr(comment, name) for name in COMMENT_COLUMNS}
        while not put(self._database, comments, row, FIRST_COMES.format("number", "number")):
            comment.number += 1
            row["number"] = comment.number

    def find(self, id_or_number: str | int) -> Comment | None:
        by = comments.c.number if isinstance(id_or_number, int) else comments.c.id
        return self._database.session.scalars(_held(Comment).where(by == id_or_number)).one_or_none()

    def keep(self, comment: Comment) -> None:
        self._database.session.flush()

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

    def following(self, user_id: str, most: int) -> int:
        counted = "SELECT count(*) FROM (SELECT 1 FROM follows WHERE follower_id = :user LIMIT :most) f"
        return int(self._database.rows(counted, {"user": user_id, "most": most})[0][0])

    def any_follows(self, user_id: str) -> bool:
        return bool(self._database.rows("SELECT 1 FROM follows WHERE followee_id = :user LIMIT 1", {"user": user_id}))

    def followers(self, user_id: str, after: str, most: int) -> list[str]:
        wanted = select(follows.c.follower_id).where(follows.c.followee_id == user_id, follows.c.follower_id > after)
        return list(self._database.connection.execute(wanted.order_by(follows.c.follower_id).limit(most)).scalars())

    def numbers(self, user_id: str, most: int) -> tuple[int, int]:
        counted = [
            select(func.count()).select_from(select(follows.c.at).where(whose == user_id).limit(most).subquery())
            for whose in (follows.c.followee_id, follows.c.follower_id)
        ]
        followers, following = self._database.connection.execute(
            select(*(one.scalar_subquery() for one in counted))
        ).one()
        return followers, following


class SqlFavourites(Shelf):
    """`core.ports.content.Favourites`."""

    def add(self, favourite: Favourite) -> None:
        row = {"user_id": favourite.user_id, "post_id": favourite.post_id, "at": favourite.at}
        self._database.connection.execute(self._database.insert(favourites).on_conflict_do_nothing(), row)

    def remove(self, user_id: str, post_id: str) -> None:
        self._execute(delete(favourites).where(favourites.c.user_id == user_id, favourites.c.post_id == post_id))


class SqlAttachments(Shelf):
    """`core.ports.content.Attachments`."""

    def add(self, attachment: Attachment) -> None:
        self._add(attachment)
        self._database.session.flush()

    def find(self, attachment_id: str) -> Attachment | None:
        return self._database.session.get(Attachment, attachment_id)

    def of(self, post_id: str) -> list[Attachment]:
        wanted = select(Attachment).where(attachments.c.post_id == post_id).order_by(attachments.c.id)
        return list(self._database.session.scalars(wanted))

    def used(self, owner_id: str) -> int:
        self._database.connection.execute(
            select(users.c.id).where(users.c.id == owner_id).with_for_update(key_share=True)
        )
        wanted = select(func.coalesce(func.sum(attachments.c.size), 0)).where(attachments.c.owner_id == owner_id)
        return int(self._database.connection.execute(wanted).scalar_one())

    def there(self, ids: Sequence[str]) -> set[str]:
        deleted = select(deleted_records.c.record_id).where(
            deleted_records.c.kind == "attachment", deleted_records.c.record_id.in_(ids)
        )
        wanted = union(select(attachments.c.id).where(attachments.c.id.in_(ids)), deleted)
        return set(self._database.connection.execute(wanted).scalars())

    def owned(self, owner_id: str) -> list[Attachment]:
        return list(self._database.session.scalars(select(Attachment).where(attachments.c.owner_id == owner_id)))

    def remove(self, attachment: Attachment) -> None:
        self._execute(delete(attachments).where(attachments.c.id == attachment.id))


class SqlAuthors(Shelf):
    """`core.ports.content.Authors`."""

    def hold(self, author_id: str) -> bool:
        self._database.frame.flush()
        wanted = select(IS_SHOWN).where(users.c.id == author_id).with_for_update(read=True)
        return bool(self._database.connection.execute(wanted).scalar())

    def hide(self, author_id: str, now: datetime, most: int) -> int:
        return max(_put(self._database, table, author_id, now, most) for table in (posts, comments))

    def show(self, author_id: str, most: int) -> int:
        return max(_put(self._database, table, author_id, None, most) for table in (posts, comments))

    def away(self, most: int) -> Sequence[str]:
        shown = [exists().where(table.c.author_id == users.c.id, table.c.hidden_at.is_(None))
                 for table in (posts, comments)]  # fmt: skip
        wanted = select(users.c.id).where(~IS_SHOWN, or_(*shown)).limit(most)
        return list(self._database.connection.execute(wanted).scalars())


class SqlTags(Shelf):
    """`core.ports.content.Tags`."""

    def find(self, name: str) -> Tag | None:
        return self._database.session.get(Tag, name)

    def remove(self, name: str) -> None:
        self._execute(delete(tags).where(tags.c.name == name, ~exists().where(post_tags.c.tag == name)))


def _put(database: Database, table: Table, author_id: str, hidden_at: datetime | None, most: int) -> int:
    """Hide what an author wrote and everybody sees, or show what only their absence hides; tell how many rows."""
    is_due = table.c.hidden_at.is_(None) if hidden_at else table.c.hidden_at.is_not(None) & (table.c.hidden_for == "")
    due = select(table.c.id).where(table.c.author_id == author_id, is_due).order_by(table.c.id).limit(most)
    return database.connection.execute(
        update(table).where(table.c.id.in_(due.with_for_update(key_share=True))).values(hidden_at=hidden_at)
    ).rowcount


def _held(kind: type[E]) -> Select[tuple[E]]:
    """Held until the transaction ends: who changes it from the version they read undoes nothing that comes between."""
    return select(kind).with_for_update(key_share=True)


def _between(follower_id: str, followee_id: str) -> ColumnElement[bool]:
    return (follows.c.follower_id == follower_id) & (follows.c.followee_id == followee_id)
