"""Who hears of what is written: followers by their bell, authors of comments as they wish; never of what is hidden."""

from __future__ import annotations

from typing import Any

from core.domain.content.comment import CommentWritten
from core.domain.content.desk import TELL_FOLLOWERS
from core.domain.content.post import State
from core.domain.content.reading import PostReader
from core.domain.kernel.errors import NotFound
from core.domain.kernel.marks import Effects, on, task
from core.domain.kernel.messages import Fact, MessageClass
from core.domain.post import PATIENCE, PostRoom, Recipient
from core.domain.tasks import Outbox, Run
from core.ports.content import CommentRow, Follows, PostRow
from core.ports.stationery import Channel

BATCH = 1_000
"""So many bells ring in one transaction, by one statement."""
OF_POST = {
    "post": Fact("The post's id", "pst_01hzx4y8p6k3m"),
    "title": Fact("Its title", "Sketch of the Analytical Engine"),
}
POST_PUBLISHED = MessageClass(
    name="post_published",
    label="New posts of people you follow",
    tells="That somebody has published a post, to those who follow them; by the bell alone.",
    facts=OF_POST | {"author": Fact("Who wrote it", "Ada Lovelace")},
    channels=(Channel.PUSH,),
    chosen_by="member",
    by_bell=True,
)
POST_COMMENTED = MessageClass(
    name="post_commented",
    label="Comments on your posts",
    tells="That somebody has commented on a post, to who wrote it.",
    facts=OF_POST
    | {
        "comment": Fact("The comment's id", "cmt_01hzx4y8p6k3m"),
        "name": Fact("Who wrote the comment", "Charles Babbage"),
        "words": Fact("What it says; it may have many lines", "How *well* it is put!\n\nCharles"),
    },
    channels=(Channel.PUSH, Channel.MAIL),
    chosen_by="member",
)
MESSAGES = (POST_PUBLISHED, POST_COMMENTED)


class PostNotes:
    """Tells them. What was hidden, taken out or unfollowed before its turn came is not told."""

    def __init__(self, reader: PostReader, follows: Follows, post: PostRoom, outbox: Outbox) -> None:
        self._reader, self._follows, self._post, self._outbox = reader, follows, post, outbox

    @task(TELL_FOLLOWERS, queue="upkeep", effects=Effects.OUTSIDE, priority=6)
    def tell_followers(self, run: Run, post_id: str, after: str = "", most: int = BATCH) -> None:
        """Ring the bells of a batch of followers, once each for a post, and ask for the next batch."""
        with run.start():
            found = self._listed(post_id)
            told = self._follows.followers(found.author_id, after, most) if found else []
        if found is None or not told:
            return run.settle({"told": 0})
        facts = {"post": post_id, "title": found.title, "author": found.name}
        bell = self._post.bell(POST_PUBLISHED.name, facts, key=f"published:{post_id}", at=run.now())

        def ring() -> None:
            self._post.ring(bell, told)
            if len(told) == most:
                self._outbox.enqueue(TELL_FOLLOWERS, {"post_id": post_id, "after": told[-1], "most": most})

        return run.settle({"told": len(told)}, ring)

    @on(
        CommentWritten, "content.tell-author", queue="mail", effects=Effects.OUTSIDE, attempts=60,
        give_up_after=PATIENCE,
    )  # fmt: skip
    def tell_author(self, event: CommentWritten, run: Run) -> None:
        """Tell who wrote a post what somebody else says of it."""
        with run.start():
            found = self._listed(event.post_id)
            comment = self._reader.comment(event.post_id, event.comment_id) if found else None
            envelope = None
            if found is not None and comment is not None and comment.author_id != found.author_id:
                to = Recipient(user=found.author_id)
                facts = _facts(found, comment)
                envelope = self._post.address(POST_COMMENTED.name, to, facts, run, about=comment.id)
        run.settle(self._post.send(envelope, run) if envelope else None)

    def _listed(self, post_id: str) -> PostRow | None:
        """The post as everybody sees it, or None."""
        try:
            found = self._reader.post(post_id)
        except NotFound:
            return None
        return found if found.state == State.PUBLISHED else None


def _facts(post: PostRow, comment: CommentRow) -> dict[str, Any]:
    return {
        "post": post.id, "title": post.title, "comment": comment.id, "name": comment.name, "words": comment.body[:1000],
    }  # fmt: skip
