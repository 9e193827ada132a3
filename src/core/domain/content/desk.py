"""Where posts are written, changed, published and taken out; every verb but one acts in the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from core.domain.audit import Audit
from core.domain.content.post import Post, State, slug, slugs
from core.domain.content.tallies import FOLD
from core.domain.kernel.errors import Forbidden, Invalid, NotFound
from core.domain.kernel.ids import new_id
from core.domain.tasks import Outbox
from core.ports.clock import Clock
from core.ports.content import Authors, Follows, Posts
from core.ports.unit_of_work import UnitOfWork

OWN = ("title", "description", "body", "tags")
"""What an author changes of a post by writing; its state changes by verbs."""
FOLDS = "0"
"""How the ids of posts end that ask for the numbers to be folded: one in 32, so that hardly two ask at once."""
TELL_FOLLOWERS = "content.tell-followers"
NONE_SUCH = "There is no such post. It may have been taken out, or the address is not complete."
NOT_YOURS = "This post is somebody else's, so you cannot change it."


class PostDesk:
    """Takes posts in, and changes them by their authors' word."""

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        posts: Posts,
        follows: Follows,
        authors: Authors,
        outbox: Outbox,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._unit_of_work, self._posts, self._follows, self._authors = unit_of_work, posts, follows, authors
        self._outbox, self._audit, self._clock = outbox, audit, clock

    def write(
        self,
        author_id: str,
        *,
        title: str,
        body: str,
        description: str = "",
        tags: list[str] | None = None,
        state: str = State.PUBLISHED,
    ) -> Post:
        """Keep a new post, shown to everybody unless `state` is draft. Raises `Invalid` naming each bad field."""
        return self._kept(self._new(author_id, title, body, description, tags or [], state))

    def write_alone(
        self, author_id: str, *, title: str, body: str, description: str = "", tags: list[str] | None = None
    ) -> Post:
        """Keep and show a new post in a transaction of its own. Raises `Invalid` naming each bad field.

        Where nothing is to be kept with it, that is one statement: a third of the round trips, and the row of an author
        who writes much at once is locked no longer than it runs.
        """
        post = self._new(author_id, title, body, description, tags or [], State.PUBLISHED)
        if not self._folds(post):
            post.slug = slugs(post.title, post.id)[0]
            with self._unit_of_work.at_once():
                if self._posts.add_untold(post):
                    return post
        with self._unit_of_work.transaction():
            return self._kept(post)

    def get(self, slug_or_id: str, reader_id: str = "") -> Post:
        """Return a post that this reader may read, to be changed. Raises `NotFound`."""
        post = self._posts.find(slug_or_id)
        if post is None or not post.is_shown_to(reader_id):
            raise NotFound(NONE_SUCH)
        return post

    def of_author(self, slug_or_id: str, author_id: str) -> Post:
        """Return a post of this author. Raises `NotFound`, and `Forbidden` for a post of somebody else."""
        post = self.get(slug_or_id, author_id)
        if post.author_id != author_id:
            raise Forbidden(NOT_YOURS)
        return post

    def change(self, post: Post, changes: Mapping[str, Any]) -> Post:
        """Change what is named and nothing else; another title may bring another slug. Raises `Invalid`."""
        strange = [name for name in changes if name not in OWN]
        if strange:
            raise Invalid(dict.fromkeys(strange, "This cannot be changed here. Take it out."))
        draft = Post(**{one.name: getattr(post, one.name) for one in fields(Post)} | dict(changes))
        draft.check()
        if slug(draft.title) != slug(post.title):
            self._posts.take_slug(post, slugs(draft.title, post.id))
        for name in changes:
            setattr(post, name, getattr(draft, name))
        self._changed(post)
        return post

    def publish(self, post: Post) -> None:
        """Show a post to everybody."""
        is_new = post.published_at is None
        post.publish(self._clock.now())
        self._changed(post)
        if is_new:
            self._tell(post, self._follows.any_follows(post.author_id))

    def publish_again(self, post_id: str) -> Post:
        """Put an archived post back into lists, by a moderator. Raises `Conflict` for a draft, `NotFound`."""
        post = self._posts.get(post_id)
        post.publish_again(self._clock.now())
        self._changed(post)
        return post

    def archive(self, post: Post) -> None:
        """Take a post out of lists. Raises `Conflict` for a draft."""
        post.archive()
        self._changed(post)

    def delete(self, post: Post) -> None:
        """Take a post out, with its comments, its favourites and its tags."""
        self._posts.remove(post)
        self._fold(post)

    def hide(self, post_id: str, reason: str) -> Post:
        """Hide a post, by a moderator; its author reads why. Raises `Invalid`, `NotFound`."""
        return self._moderated(post_id, lambda post, now: post.hide(reason, now), "hid")

    def restore(self, post_id: str) -> Post:
        """Show a hidden post again, unless its author is shown to nobody. Raises `NotFound`."""

        def restore(post: Post, now: datetime) -> None:
            post.restore(is_author_shown=self._authors.hold(post.author_id))

        return self._moderated(post_id, restore, "restored")

    def _moderated(self, post_id: str, act: Callable[[Post, datetime], None], what: str) -> Post:
        post = self._posts.find(post_id)
        if post is None:
            raise NotFound(NONE_SUCH)
        before = {"hidden_at": post.hidden_at, "hidden_for": post.hidden_for}
        act(post, self._clock.now())
        after = {"hidden_at": post.hidden_at, "hidden_for": post.hidden_for}
        self._audit.note(what, "post", post.id, label=str(post), before=before, after=after)
        return post

    def _changed(self, post: Post) -> None:
        post.version += 1
        post.updated_at = self._clock.now()
        self._posts.keep(post)

    def _new(self, author_id: str, title: str, body: str, description: str, tags: list[str], state: str) -> Post:
        now = self._clock.now()
        post = Post(
            id=new_id("pst", now), author_id=author_id, title=title, description=description, body=body, tags=tags,
            state=state, created_at=now, updated_at=now,
        )  # fmt: skip
        post.check()
        if post.state == State.ARCHIVED:
            raise Invalid({"state": "A new post is a draft or published. Choose one of these."})
        post.published_at = now if post.state == State.PUBLISHED else None
        return post

    def _kept(self, post: Post) -> Post:
        post.slug, is_followed = self._posts.add(post, slugs(post.title, post.id))
        self._tell(post, is_followed)
        self._fold(post)
        return post

    def _folds(self, post: Post) -> bool:
        return post.id.endswith(FOLDS)

    def _fold(self, post: Post) -> None:
        if self._folds(post):
            self._outbox.enqueue(FOLD, {}, dedupe_key=FOLD)

    def _tell(self, post: Post, is_followed: bool) -> None:
        if post.state == State.PUBLISHED and is_followed:
            self._outbox.enqueue(TELL_FOLLOWERS, {"post_id": post.id}, owner=post.author_id)
