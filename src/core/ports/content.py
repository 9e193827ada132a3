"""Where posts, comments and ties are kept, and how lists of them are read. Every method acts in the block its thread
has open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from core.domain.content import Attachment, Comment, Favourite, Follow, Post, Tag


class Posts(Protocol):
    """Every post."""

    def add(self, post: Post, slugs: tuple[str, str]) -> tuple[str, bool]:
        """Keep a new post under the first of these slugs, or the second where the first is taken.

        Returns which, and whether anybody follows its author.
        """
        ...

    def add_untold(self, post: Post) -> bool:
        """Keep a new post of which nobody is to be told, and return whether that was so: it is not kept where anybody
        follows its author, nor where its slug is taken."""
        ...

    def find(self, slug_or_id: str) -> Post | None:
        """Return a post, to be changed; or None."""
        ...

    def get(self, post_id: str) -> Post:
        """The same, by its id. Raises `NotFound`."""
        ...

    def tagged(self, tag: str, most: int) -> list[Post]:
        """Up to `most` posts that have a tag, drafts too, to be changed; in no order."""
        ...

    def free_slug(self, slugs: tuple[str, str], but: str) -> str:
        """The first of these slugs, or the second where a post that is not `but` has the first."""
        ...

    def take_slug(self, post: Post, slugs: tuple[str, str]) -> None:
        """Give a post that was found the first of these slugs, or the second where another post has the first, also
        when two take it at once."""
        ...

    def keep(self, post: Post) -> None:
        """Write what was changed of a post that was found."""
        ...

    def remove(self, post: Post) -> None:
        """Delete a post with all that hangs on it."""
        ...


class Comments(Protocol):
    """Every comment."""

    def add(self, comment: Comment) -> None:
        """Keep a new comment, with the next free number where another one has its number."""
        ...

    def find(self, id_or_number: str | int) -> Comment | None:
        """Return a comment, to be changed; or None."""
        ...

    def keep(self, comment: Comment) -> None:
        """Write what was changed of a comment that was found."""
        ...

    def remove(self, comment: Comment) -> None:
        """Delete a comment."""
        ...


class Follows(Protocol):
    """Who follows whom."""

    def add(self, follow: Follow) -> None:
        """Keep it; where it is kept already nothing changes, also when two come at once."""
        ...

    def remove(self, follower_id: str, followee_id: str) -> None:
        """Forget it, if it is kept."""
        ...

    def has(self, follower_id: str, followee_id: str) -> bool:
        """Whether the one follows the other."""
        ...

    def following(self, user_id: str, most: int) -> int:
        """How many somebody follows; no more than `most` are counted."""
        ...

    def any_follows(self, user_id: str) -> bool:
        """Whether anybody follows this user."""
        ...

    def followers(self, user_id: str, after: str, most: int) -> list[str]:
        """Up to `most` ids of who follows somebody, in their order, those that come after one."""
        ...

    def numbers(self, user_id: str, most: int) -> tuple[int, int]:
        """How many follow somebody, and how many they follow; no more than `most` of each are counted."""
        ...


class Favourites(Protocol):
    """Who likes which post; the post's number of favourites follows."""

    def add(self, favourite: Favourite) -> None:
        """Keep it; where it is kept already nothing changes, also when two come at once."""
        ...

    def remove(self, user_id: str, post_id: str) -> None:
        """Forget it, if it is kept."""
        ...


class Attachments(Protocol):
    """What is kept about files that belong to posts."""

    def add(self, attachment: Attachment) -> None:
        """Keep a new one."""
        ...

    def find(self, attachment_id: str) -> Attachment | None:
        """Return one, or None."""
        ...

    def of(self, post_id: str) -> list[Attachment]:
        """Those of a post, oldest first."""
        ...

    def used(self, owner_id: str) -> int:
        """How many bytes somebody's files have. Two who ask for the same person take turns until the end of the
        transaction, so that together they cannot pass a quota."""
        ...

    def there(self, ids: Sequence[str]) -> set[str]:
        """Those of these ids that are there, or in the recycle bin."""
        ...

    def owned(self, owner_id: str) -> list[Attachment]:
        """All of somebody's."""
        ...

    def remove(self, attachment: Attachment) -> None:
        """Forget one."""
        ...


class Authors(Protocol):
    """Whether those are shown to others who write, and what they wrote with them."""

    def hold(self, author_id: str) -> bool:
        """Whether somebody is shown to others; that stays so until the end of the transaction."""
        ...

    def hide(self, author_id: str, now: datetime, most: int) -> int:
        """Hide up to `most` posts of somebody, and as many comments, without a reason. Returns how many there were of
        whichever were more."""
        ...

    def show(self, author_id: str, most: int) -> int:
        """Show again what was hidden without a reason, as many as `hide` does."""
        ...

    def away(self, most: int) -> Sequence[str]:
        """People who are not shown to others though something is that they wrote."""
        ...


class Tags(Protocol):
    """Every tag that was ever used; they come by themselves, with the posts."""

    def find(self, name: str) -> Tag | None:
        """Return a tag, or None."""
        ...

    def remove(self, name: str) -> None:
        """Forget a tag, unless a post has it."""
        ...


class Tallies(Protocol):
    """How many posts there are of what."""

    def fold(self) -> int:
        """Fold what was appended into the numbers; returns how many changes that were."""
        ...

    def recount(self) -> int:
        """Count everything; returns how many numbers were wrong."""
        ...


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a list of posts is to show, for whom: all of these together, newest first.

    `author`, `favourited_by` are usernames (whatever their case), `tag` is exact, `feed_of` a user's id. `own_of` is an
    author's id: their drafts, archived and hidden posts, by when they were made. `skip` counts posts to leave out;
    `before` is where the page before ended (`Page.next`). `counted`: the whole list's number is wanted too.
    """

    reader_id: str = ""
    tag: str = ""
    author: str = ""
    favourited_by: str = ""
    feed_of: str = ""
    own_of: str = ""
    most: int = 20
    skip: int = 0
    before: tuple[datetime, str] | None = None
    counted: bool = True


class PostRow(NamedTuple):
    """A post as lists show it. `body` is empty in lists. `image` and `bio` are the author's, as they are kept;
    `favourited` and `following` are the reader's."""

    id: str
    slug: str
    title: str
    description: str
    tags: Sequence[str]
    state: str
    version: int
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    hidden_for: str
    favourites: int
    comments: int
    author_id: str
    username: str
    name: str
    bio: str
    image: str
    favourited: bool
    following: bool
    body: str = ""


class CommentRow(NamedTuple):
    """A comment as it is shown below a post."""

    id: str
    number: int
    body: str
    version: int
    created_at: datetime
    updated_at: datetime
    hidden_for: str
    author_id: str
    username: str
    name: str
    bio: str
    image: str
    following: bool


class Page(NamedTuple):
    """Some rows of a list; `total` is how many the whole list has, 0 where that was not asked; `next` is where the next
    page begins, None after the last."""

    rows: Sequence[PostRow]
    total: int
    next: tuple[datetime, str] | None


class Reading(Protocol):
    """Rows for presenters: the same number of statements for one post and for fifty."""

    def page(self, wanted: Wanted) -> Page:
        """A page of a list."""
        ...

    def post(self, slug_or_id: str, reader_id: str) -> PostRow | None:
        """A post with its body, if this reader may see it."""
        ...

    def comments(self, post_id: str, reader_id: str, *, most: int, before: str) -> list[CommentRow]:
        """Comments on a post, newest first; hidden ones only for their authors."""
        ...

    def comment(self, post_id: str, comment_id: str, reader_id: str) -> CommentRow | None:
        """One of them."""
        ...

    def tags(self, most: int) -> Sequence[tuple[str, int]]:
        """Tags in use with their numbers, most used first, then by name."""
        ...
