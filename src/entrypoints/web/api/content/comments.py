"""Comments on a post: read, written, changed and taken out."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response
from flask_login import current_user

from core.domain.content import Comment, Post
from core.domain.idempotency import Answer
from core.domain.kernel.errors import NotFound
from core.domain.kernel.ids import is_id
from core.ports.content import CommentRow
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.answers import OPTIONS
from entrypoints.web.api.bodies import json_body, read_fields
from entrypoints.web.api.content.posts import NO_POST
from entrypoints.web.api.content.shapes import CommentIn, CommentOut, CommentsOut, shown_comment
from entrypoints.web.api.described import describe
from entrypoints.web.api.manners import ASKS, ONWARD, asked, etag_of, must_match, paged, tagged
from entrypoints.web.api.once import once
from entrypoints.web.content.marks import reader, word

TAG = "Comments"
NO_COMMENT = {404: "There is no such comment on this post."}


def add_comments(api: Blueprint, app: App) -> None:
    """Put the routes on the API."""
    _add_list(api, app)
    _add_one(api, app)
    _add_changing(api, app)


def _add_list(api: Blueprint, app: App) -> None:
    @api.get("/posts/<post>/comments")
    @policies.scoped("anyone", "posts")
    @describe(gives={200: CommentsOut}, problems=(404, 422, 429, 503), tag=TAG, asks=ASKS, reasons=NO_POST)
    def list_comments(post: str) -> Response:
        """List the comments on a post.

        Newest first.
        """
        page = asked(lambda key: is_id(key, "cmt"), ONWARD)
        with app.uow.reading():
            found = app.post_reader.post(word(post), reader())
            rows = app.post_reader.comments(found.id, reader(), most=page.limit + 1, before=page.after)
        is_last = len(rows) <= page.limit
        rows = rows[: page.limit]
        return paged("comments", [shown_comment(row) for row in rows], after="" if is_last else rows[-1].id)

    @api.post("/posts/<post>/comments")
    @policies.signed_in(scope="posts", limit="comment")
    @describe(
        takes=CommentIn, gives={201: CommentOut}, problems=(400, 404, 409, 413, 415, 422, 429, 503), tag=TAG,
        idempotent=True, reasons=NO_POST | {409: "The post is not open to everybody, or the key is in use."},
    )  # fmt: skip
    def add_comment(post: str) -> Response:
        """Comment on a post."""
        with app.uow.reading():
            app.post_reader.post(word(post), reader())
        body = json_body()
        said = read_fields(CommentIn, body).get("body", "")
        return once(app, body, lambda: _written(app, app.post_desk.get(word(post), reader()), said))


def _add_one(api: Blueprint, app: App) -> None:
    @api.get("/posts/<post>/comments/<comment>")
    @policies.scoped("anyone", "posts")
    @describe(gives={200: CommentOut}, problems=(404, 429, 503), tag=TAG, reasons=NO_COMMENT, cached=True)
    def show_comment(post: str, comment: str) -> Response:
        """Read a comment."""
        with app.uow.reading():
            row = _row(app, word(post), word(comment))
        return tagged(shown_comment(row), row.version)


def _add_changing(api: Blueprint, app: App) -> None:
    @api.patch("/posts/<post>/comments/<comment>")
    @policies.signed_in(scope="posts", limit="comment")
    @describe(
        takes=CommentIn, gives={200: CommentOut}, problems=(400, 404, 412, 413, 415, 422, 429, 503), tag=TAG,
        matched=True, reasons=NO_COMMENT | {403: "It is somebody else's."},
    )  # fmt: skip
    def change_comment(post: str, comment: str) -> Response:
        """Change a comment of yours.

        With `If-Match` only the version that you read is changed.
        """
        with app.uow.reading():
            _own(app, post, comment)
        given = read_fields(CommentIn, json_body())
        with app.uow.transaction():
            found = _own(app, post, comment)
            row = _row(app, found.post_id, found.id)
            must_match(row.version, shown_comment(row), given)
            app.comment_desk.change(found, given.get("body", ""))
            row = _row(app, found.post_id, found.id)
        return tagged(shown_comment(row), row.version)

    @api.delete("/posts/<post>/comments/<comment>")
    @policies.signed_in(scope="posts")
    @describe(
        gives={204: None},
        problems=(404, 412, 429, 503),
        tag=TAG,
        matched=True,
        reasons=NO_COMMENT | {403: "It is somebody else's."},
    )
    def delete_comment(post: str, comment: str) -> Response:
        """Delete a comment of yours."""
        with app.uow.transaction():
            found = _own(app, post, comment)
            must_match(found.version, shown_comment(_row(app, found.post_id, found.id)), {})
            app.comment_desk.delete(found)
        return Response(status=204)


def _own(app: App, post: str, comment: str) -> Comment:
    found: Comment = app.comment_desk.of_author(app.post_desk.get(word(post), reader()), word(comment), reader())
    return found


def _row(app: App, post: str, comment: str) -> CommentRow:
    """A comment as it is shown; the post as well must be one that the reader may read."""
    found = app.post_reader.comment(app.post_reader.post(post, reader()).id, comment, reader())
    if found is None:
        raise NotFound("There is no such comment on this post. It may have been taken out.")
    row: CommentRow = found
    return row


def _written(app: App, post: Post, said: str) -> Answer:
    comment = app.comment_desk.write(post, current_user.user.id, said)
    row = _row(app, post.id, comment.id)
    told: dict[str, Any] = shown_comment(row)
    headers = {
        "Location": f"/api/v1/posts/{post.slug}/comments/{comment.id}",
        "ETag": f'"{etag_of(told, row.version)}"',
    }
    return Answer(status=201, headers=headers, body=orjson.dumps(told, option=OPTIONS).decode())
