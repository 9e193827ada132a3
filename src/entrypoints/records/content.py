"""Posts, comments, tags and files as records: read, corrected, hidden and brought back in the panel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

from core.domain.content import Attachment, Comment, Post, State, Tag
from core.domain.content.post import slugs
from core.domain.kernel.errors import Conflict, Forbidden
from core.domain.kernel.roles import MODERATORS, STAFF
from core.domain.records import Action, Field, Kind, Record, Related
from core.ports.records import Row
from entrypoints.container import App

WHY = Field(name="reason", kind=Kind.LINE, label="Reason", hint="Its author reads it; nobody else sees it any more.")
NEW_NAME = Field(
    name="to", kind=Kind.LINE, label="New name", optional=True,
    hint="A tag that there is already takes the posts over. Empty: the tag is taken out of every post.",
)  # fmt: skip
READERS = ("viewer", *MODERATORS)


def declare(app: App) -> tuple[Record, ...]:
    """Return what this module adds to the menu."""
    return _posts(app), _comments(app), _tags(app), _attachments(app)


def related(app: App, kind: str, key: str) -> Iterator[Related]:
    """What somebody wrote, from their page."""
    if kind == "user":
        for slug, label, field in (("posts", "Posts", "author_id"), ("comments", "Comments", "author_id")):
            yield Related(label=label, name="those of this user", address=f"/admin/{slug}/?{_is(field, key)}")


def _posts(app: App) -> Record:
    return Record(
        Post, "post", ("created_at", "title", "author_id", "state", "hidden_at", "favourites", "comments"),
        search=("title",), filters=("state", "hidden_at", "author_id", "created_at", "published_at", "slug"),
        editable=("title", "description", "body"), long=("body",), hidden=("version",), deletable=True,
        choices={"state": tuple(str(state) for state in State)}, refers={"author_id": "user"}, inlines=("comment",),
        falls_with="author_id",
        labels={"author_id": "Author", "hidden_at": "Hidden", "hidden_for": "Hidden because", "created_at": "Written",
                "published_at": "Shown since", "comments": "Comments"},
        hints={"body": "Markdown."}, roles=READERS, actions=_of_posts(app),
        changing=lambda before, after, by: _post_changed(app, before), restoring=lambda post, by: _back(app, post),
        sealed=lambda row: ("description", "body") if _is_draft(row) else (), related=lambda row: _of_post(row),
        on_site=lambda row: "" if _is_draft(row) else f"/posts/{quote(row['slug'])}",
        may={"delete": STAFF, "change": STAFF},
        about="What people write for everybody. Hidden: only its author sees it, and reads why. Without a reason: its "
              "author is suspended or leaving. What a draft says only its author reads.",
        lost="Likes do not come back with it.",
        empty="People write them on the site, or with: flask seed --posts 100",
    )  # fmt: skip


def _of_posts(app: App) -> dict[str, Action]:
    desk = app.post_desk
    return {
        "hidden": Action(
            label="Hide", asks=(WHY,), run=lambda key, by, reason: _done(desk.hide(key, reason)), danger=True,
            fits=lambda row: not row["hidden_for"], noted=False,
        ),
        "shown again": Action(
            label="Show again", run=lambda key, by: _done(desk.restore(key)), noted=False,
            fits=lambda row: row["hidden_for"],
        ),
        "archived": Action(
            label="Archive", run=lambda key, by: _done(desk.archive(app.posts.get(key))),
            sure="It is taken out of every list; who has its address still reads it.",
            fits=lambda row: row["state"] == State.PUBLISHED,
        ),
        "published": Action(
            label="Publish", run=lambda key, by: _done(desk.publish_again(key)),
            sure="Everybody finds it from now on.", fits=lambda row: row["state"] == State.ARCHIVED,
            unfit="Only a post that is archived is published here; a draft is published by its author alone.",
        ),
    }  # fmt: skip


def _comments(app: App) -> Record:
    desk = app.comment_desk
    return Record(
        Comment, "comment", ("created_at", "body", "author_id", "post_id", "hidden_at"), search=("body",),
        filters=("hidden_at", "author_id", "post_id", "created_at"), editable=("body",), long=("body",),
        hidden=("version", "number"), deletable=True, refers={"author_id": "user", "post_id": "post"}, roles=READERS,
        falls_with="author_id",
        labels={"author_id": "Author", "post_id": "On", "hidden_at": "Hidden", "hidden_for": "Hidden because",
                "created_at": "Written"},
        hints={"body": "Markdown."}, may={"delete": STAFF, "change": STAFF},
        changing=lambda before, after, by: _changed(app, before),
        restoring=lambda comment, by: _below_again(app, comment),
        actions={
            "hidden": Action(
                label="Hide", asks=(WHY,), run=lambda key, by, reason: _done(desk.hide(key, reason)), danger=True,
                fits=lambda row: not row["hidden_for"], noted=False,
            ),
            "shown again": Action(
                label="Show again", run=lambda key, by: _done(desk.restore(key)), noted=False,
                fits=lambda row: row["hidden_for"],
            ),
        },
        about="What people say below posts. Hidden: only its author sees it, and reads why. Without a reason: its "
              "author is suspended or leaving.",
        empty="People write them below posts.",
    )  # fmt: skip


def _tags(app: App) -> Record:
    return Record(
        Tag, "tag", ("name", "about", "created_at"), key="name", order="name", search=("name",), editable=("about",),
        filters=("created_at",), labels={"about": "What it is about", "created_at": "First used"},
        hints={"about": "A sentence for its page."}, roles=READERS, related=lambda row: _of_tag(row),
        on_site=lambda row: f"/tags/{quote(row['name'], safe='')}",
        actions={
            "renamed": Action(
                label="Rename or take out", asks=(NEW_NAME,), noted=False, danger=True,
                run=lambda key, by, to: _done(app.tag_desk.rename(key, to or "")),
                sure="Every post that has it is changed, by a task.",
            ),
        },
        may={"renamed": STAFF, "change": STAFF}, about="What posts are about. They come with the posts that have them.",
        empty="They come with the posts that have them.",
    )  # fmt: skip


def _attachments(app: App) -> Record:
    return Record(
        Attachment, "attachment", ("created_at", "name", "type", "size", "owner_id", "post_id"), search=("name",),
        filters=("owner_id", "post_id", "type", "size", "created_at"), refers={"owner_id": "user", "post_id": "post"},
        labels={"owner_id": "Of", "post_id": "On", "size": "Bytes", "type": "By its first bytes"}, roles=READERS,
        deletable=True, falls_with="post_id", restoring=lambda file, by: _on_its_post(app, file),
        about="Files that people keep with their posts.", empty="People add them to their posts.",
    )  # fmt: skip


def _is_draft(row: Row) -> bool:
    """Also where a list does not say: what may be one is shown to nobody."""
    return bool(row.get("state", State.DRAFT) == State.DRAFT)


def _of_post(row: Row) -> Iterator[Related]:
    yield Related(label="Comments", name="those on this post", address=f"/admin/comments/?{_is('post_id', row['id'])}")
    yield Related(label="Files", name="those of this post", address=f"/admin/attachments/?{_is('post_id', row['id'])}")


def _of_tag(row: Row) -> Iterator[Related]:
    yield Related(label="Posts", name="those with this tag", address=f"/tags/{quote(row['name'], safe='')}")


def _post_changed(app: App, before: Post) -> None:
    if before.state == State.DRAFT:
        raise Forbidden("This is a draft, so only its author reads and changes it. Wait until it is published.")
    _changed(app, before)


def _changed(app: App, before: Any) -> None:
    """Who edits an older version of it on the site is shown both."""
    before.version += 1
    before.updated_at = app.clock.now()


def _back(app: App, post: Post) -> None:
    """Likes do not come back with it; comments and files do, and are counted then. Where somebody else has its address
    by now, it takes the one that nobody else can have."""
    _author_must_be_here(app, post)
    _hidden_as_its_author(app, post)
    post.favourites = post.comments = 0
    post.slug = app.posts.free_slug((post.slug, slugs(post.title, post.id)[1]), but=post.id)


def _below_again(app: App, comment: Comment) -> None:
    _author_must_be_here(app, comment)
    if app.posts.find(comment.post_id) is None:
        raise Conflict("The post that it was written below is not there. Restore that first.")
    _hidden_as_its_author(app, comment)


def _on_its_post(app: App, file: Attachment) -> None:
    if app.posts.find(file.post_id) is None:
        raise Conflict("The post that it belongs to is not there. Restore that first.")


def _author_must_be_here(app: App, written: Post | Comment) -> None:
    if not app.users.some([written.author_id]):
        raise Conflict("Its author has no account here any more. Restore that first.")


def _hidden_as_its_author(app: App, written: Post | Comment) -> None:
    """They may have been suspended, or let in again, while it was in the bin."""
    if not written.hidden_for:
        written.hidden_at = None if app.authors.hold(written.author_id) else written.hidden_at or app.clock.now()


def _is(field: str, key: str) -> str:
    return urlencode({f"{field}.is": key})


def _done(_: object) -> None:
    """What was done says enough."""
