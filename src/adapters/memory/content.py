"""Posts and what hangs on them in memory, for tests that must be instant; numbers are counted each time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from adapters.memory.repositories import Shelf
from adapters.memory.store import MemoryUnitOfWork, find
from core.domain.content import Attachment, Comment, Favourite, Follow, Post, Tag
from core.ports.content import CommentRow, Page, PostRow, Wanted

WRITTEN = ("post", "comment")


class MemoryPosts(Shelf):
    kind = "post"

    def add(self, post: Post, slugs: tuple[str, str]) -> tuple[str, bool]:
        post.slug = self.free_slug(slugs, "")
        self._rows[post.id] = post
        follows = self._store.shelf("follow").values()
        return post.slug, any(one.followee_id == post.author_id for one in follows)

    def add_untold(self, post: Post) -> bool:
        follows = self._store.shelf("follow").values()
        if self.find(post.slug) is not None or any(one.followee_id == post.author_id for one in follows):
            return False
        self._rows[post.id] = post
        return True

    def find(self, slug_or_id: str) -> Post | None:
        by_slug = (post for post in self._rows.values() if post.slug == slug_or_id)
        return self._rows.get(slug_or_id) or next(by_slug, None)

    def get(self, post_id: str) -> Post:
        found: Post = find(self._rows, post_id, self.kind)
        return found

    def tagged(self, tag: str, most: int) -> list[Post]:
        return [post for post in self._rows.values() if tag in post.tags][:most]

    def free_slug(self, slugs: tuple[str, str], but: str) -> str:
        holder = self.find(slugs[0])
        return slugs[0] if holder is None or holder.id == but else slugs[1]

    def take_slug(self, post: Post, slugs: tuple[str, str]) -> None:
        post.slug = self.free_slug(slugs, post.id)

    def keep(self, post: Post) -> None:
        self._rows[post.id] = post

    def remove(self, post: Post) -> None:
        self._rows.pop(post.id, None)
        for kind in ("comment", "favourite", "attachment"):
            shelf = self._store.shelf(kind)
            for key in [key for key, row in shelf.items() if row.post_id == post.id]:
                del shelf[key]


class MemoryComments(Shelf):
    kind = "comment"

    def add(self, comment: Comment) -> None:
        while self.find(comment.number) is not None:
            comment.number += 1
        self._rows[comment.id] = comment

    def find(self, id_or_number: str | int) -> Comment | None:
        by_number = (one for one in self._rows.values() if one.number == id_or_number)
        return self._rows.get(id_or_number) or next(by_number, None)

    def keep(self, comment: Comment) -> None:
        self._rows[comment.id] = comment

    def remove(self, comment: Comment) -> None:
        self._rows.pop(comment.id, None)


class MemoryFollows(Shelf):
    kind = "follow"

    def add(self, follow: Follow) -> None:
        self._rows.setdefault((follow.follower_id, follow.followee_id), follow)

    def remove(self, follower_id: str, followee_id: str) -> None:
        self._rows.pop((follower_id, followee_id), None)

    def has(self, follower_id: str, followee_id: str) -> bool:
        return (follower_id, followee_id) in self._rows

    def following(self, user_id: str, most: int) -> int:
        return self.numbers(user_id, most)[1]

    def any_follows(self, user_id: str) -> bool:
        return any(follow.followee_id == user_id for follow in self._rows.values())

    def followers(self, user_id: str, after: str, most: int) -> list[str]:
        return sorted(pair[0] for pair in self._rows if pair[1] == user_id and pair[0] > after)[:most]

    def numbers(self, user_id: str, most: int) -> tuple[int, int]:
        pairs = list(self._rows)
        followers, following = (sum(pair[side] == user_id for pair in pairs) for side in (1, 0))
        return min(followers, most), min(following, most)


class MemoryFavourites(Shelf):
    kind = "favourite"

    def add(self, favourite: Favourite) -> None:
        self._rows.setdefault((favourite.user_id, favourite.post_id), favourite)

    def remove(self, user_id: str, post_id: str) -> None:
        self._rows.pop((user_id, post_id), None)


class MemoryTags(Shelf):
    """Those of posts there are now."""

    kind = "tag"

    def find(self, name: str) -> Tag | None:
        of = [post for post in self._store.shelf("post").values() if name in post.tags]
        return Tag(name=name, created_at=min(post.created_at for post in of)) if of else None

    def remove(self, name: str) -> None:
        pass


class MemoryAttachments(Shelf):
    kind = "attachment"

    def add(self, attachment: Attachment) -> None:
        self._rows[attachment.id] = attachment

    def find(self, attachment_id: str) -> Attachment | None:
        return self._rows.get(attachment_id)

    def of(self, post_id: str) -> list[Attachment]:
        return [self._rows[key] for key in sorted(self._rows) if self._rows[key].post_id == post_id]

    def used(self, owner_id: str) -> int:
        return sum(one.size for one in self.owned(owner_id))

    def there(self, ids: Sequence[str]) -> set[str]:
        deleted = {one.record_id for one in self._store.shelf("deleted record").values() if one.kind == self.kind}
        return (self._rows.keys() | deleted) & set(ids)

    def owned(self, owner_id: str) -> list[Attachment]:
        return [one for one in self._rows.values() if one.owner_id == owner_id]

    def remove(self, attachment: Attachment) -> None:
        self._rows.pop(attachment.id, None)


class MemoryAuthors(Shelf):
    kind = "user"

    def hold(self, author_id: str) -> bool:
        found = self._rows.get(author_id)
        return found is not None and found.is_shown

    def hide(self, author_id: str, now: datetime, most: int) -> int:
        return self._put(now, most, lambda one: one.author_id == author_id and one.hidden_at is None)

    def show(self, author_id: str, most: int) -> int:
        return self._put(None, most, lambda one: one.author_id == author_id and one.hidden_at and not one.hidden_for)

    def away(self, most: int) -> Sequence[str]:
        shown = {one.author_id for kind in WRITTEN for one in self._store.shelf(kind).values() if not one.hidden_at}
        return [key for key, user in self._rows.items() if key in shown and not user.is_shown][:most]

    def _put(self, hidden_at: datetime | None, most: int, is_due: Callable[[Any], Any]) -> int:
        numbers = []
        for kind in WRITTEN:
            due = [one for one in self._store.shelf(kind).values() if is_due(one)][:most]
            for one in due:
                one.hidden_at = hidden_at
            numbers.append(len(due))
        return max(numbers)


class MemoryReading:
    """`core.ports.content.Reading`."""

    def __init__(self, store: MemoryUnitOfWork) -> None:
        self._store = store

    def page(self, wanted: Wanted) -> Page:
        key = _made if wanted.own_of else _shown
        found = sorted((post for post in self._all("post") if self._fits(post, wanted)), key=key, reverse=True)
        total = len(found) if wanted.counted else 0
        later = [post for post in found if wanted.before is None or key(post) < wanted.before]
        page = later[wanted.skip : wanted.skip + wanted.most]
        is_last = len(later) <= wanted.skip + wanted.most
        rows = [self._row(post, wanted.reader_id) for post in page]
        return Page(rows, total, None if is_last or not page else key(page[-1]))

    def post(self, slug_or_id: str, reader_id: str) -> PostRow | None:
        shown = (post for post in self._all("post") if slug_or_id in (post.id, post.slug))
        found = next((post for post in shown if post.is_shown_to(reader_id)), None)
        return None if found is None else self._row(found, reader_id)._replace(body=found.body)

    def comments(self, post_id: str, reader_id: str, *, most: int, before: str) -> list[CommentRow]:
        shown = sorted(self._all("comment"), key=lambda one: str(one.id), reverse=True)
        fits = [one for one in shown if one.post_id == post_id and (not one.hidden_at or one.author_id == reader_id)]
        fits = [one for one in fits if not before or one.id < before]
        return [self._comment_row(one, reader_id) for one in fits[: most or None]]

    def comment(self, post_id: str, comment_id: str, reader_id: str) -> CommentRow | None:
        found = self.comments(post_id, reader_id, most=0, before="")
        return next((row for row in found if row.id == comment_id), None)

    def tags(self, most: int) -> Sequence[tuple[str, int]]:
        used = Counter(tag for post in self._all("post") if post.is_listed for tag in post.tags)
        return sorted(used.items(), key=lambda pair: (-pair[1], pair[0]))[:most]

    def _fits(self, post: Post, wanted: Wanted) -> bool:
        if wanted.own_of:
            return post.author_id == wanted.own_of
        fans = self._store.shelf("favourite")
        return (
            post.is_listed
            and (not wanted.tag or wanted.tag in post.tags)
            and (not wanted.author or post.author_id == self._id_of(wanted.author))
            and (not wanted.favourited_by or (self._id_of(wanted.favourited_by), post.id) in fans)
            and (not wanted.feed_of or (wanted.feed_of, post.author_id) in self._store.shelf("follow"))
        )

    def _row(self, post: Post, reader_id: str) -> PostRow:
        likes = [fan for fan in self._all("favourite") if fan.post_id == post.id]
        said = [one for one in self._all("comment") if one.post_id == post.id and not one.hidden_at]
        kept = {name: getattr(post, name) for name in PostRow._fields[:12] if name not in ("favourites", "comments")}
        kept |= {"hidden_for": post.hidden_for, "favourites": len(likes), "comments": len(said)}
        favourited = any(fan.user_id == reader_id for fan in likes)
        return PostRow(**kept, **self._author(post.author_id, reader_id), favourited=favourited)

    def _comment_row(self, comment: Comment, reader_id: str) -> CommentRow:
        kept = {name: getattr(comment, name) for name in CommentRow._fields[:7]}
        return CommentRow(**kept, **self._author(comment.author_id, reader_id))

    def _author(self, author_id: str, reader_id: str) -> dict[str, Any]:
        user = self._store.shelf("user")[author_id]
        told = {name: getattr(user, name) for name in ("username", "name", "bio", "image")}
        return {"author_id": author_id, "following": (reader_id, author_id) in self._store.shelf("follow"), **told}

    def _id_of(self, username: str) -> str | None:
        named = (user.id for user in self._all("user") if user.username.lower() == username.lower() != "")
        return next(named, None)

    def _all(self, kind: str) -> Iterable[Any]:
        return list(self._store.shelf(kind).values())


class MemoryTallies:
    """`core.ports.content.Tallies`: nothing is kept, so nothing is ever wrong."""

    def __init__(self, store: MemoryUnitOfWork) -> None:
        pass

    def fold(self) -> int:
        return 0

    def recount(self) -> int:
        return 0


def _shown(post: Post) -> Any:
    return post.published_at, post.id


def _made(post: Post) -> Any:
    return post.created_at, post.id


PARTS = {
    "posts": MemoryPosts, "comments": MemoryComments, "follows": MemoryFollows, "favourites": MemoryFavourites,
    "attachments": MemoryAttachments, "authors": MemoryAuthors,
    "tags": MemoryTags,
    "post_reading": MemoryReading, "tallies": MemoryTallies,
}  # fmt: skip
