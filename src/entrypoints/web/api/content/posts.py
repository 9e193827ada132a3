"""Posts: lists by tag, author, fan and feed; written, read, changed and taken out."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, request
from flask_login import current_user

from core.domain.content import Post, State
from core.domain.idempotency import Answer
from core.domain.kernel import rules
from core.domain.kernel.errors import Invalid
from core.ports.content import Wanted
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.answers import OPTIONS
from entrypoints.web.api.bodies import json_body, read_fields
from entrypoints.web.api.content.shapes import PostChangeIn, PostIn, PostsOut, WholePostOut, shown, shown_whole
from entrypoints.web.api.described import describe
from entrypoints.web.api.manners import ASKS, ONWARD, asked, etag_of, must_match, paged, tagged
from entrypoints.web.api.once import once
from entrypoints.web.content.marks import is_mark, mark, read_mark, reader, word

TAG = "Posts"
LISTS = (422, 429, 503)
NO_POST = {404: "There is no such post, or you may not read it."}
CHANGES = (400, 404, 409, 412, 413, 415, 422, 429, 503)
NARROWED = {
    "tag": "Only posts with this very tag.", "author": "Only posts of whoever has this username.",
    "favourited_by": "Only posts that whoever has this username likes.",
}  # fmt: skip


def add_posts(api: Blueprint, app: App) -> None:
    """Put the routes on the API."""
    _add_lists(api, app)
    _add_writing(api, app)
    _add_one(api, app)
    _add_changing(api, app)


def _add_lists(api: Blueprint, app: App) -> None:
    @api.get("/posts")
    @policies.scoped("anyone", "posts")
    @describe(gives={200: PostsOut}, problems=LISTS, tag=TAG, asks=ASKS | NARROWED)
    def list_posts() -> Response:
        """List posts.

        Newest first. What is asked for together must hold together; what nobody has gives an empty list.
        """
        return _page(app, **{name: _word(name) for name in NARROWED})

    @api.get("/posts/feed")
    @policies.signed_in(scope="posts")
    @describe(gives={200: PostsOut}, problems=LISTS, tag=TAG, asks=ASKS)
    def list_feed() -> Response:
        """List posts of those you follow."""
        return _page(app, feed_of=current_user.user.id)

    @api.get("/posts/mine")
    @policies.signed_in(scope="posts")
    @describe(gives={200: PostsOut}, problems=LISTS, tag=TAG, asks=ASKS)
    def list_my_posts() -> Response:
        """List your own posts: drafts, archived and hidden ones too."""
        return _page(app, own_of=current_user.user.id)


def _add_writing(api: Blueprint, app: App) -> None:
    @api.post("/posts")
    @policies.signed_in(scope="posts", limit="post")
    @describe(
        takes=PostIn, gives={201: WholePostOut}, problems=(400, 409, 413, 415, 422, 429, 503), tag=TAG, idempotent=True
    )
    def add_post() -> Response:
        """Write a post.

        Everybody reads it at once, unless its state is draft.
        """
        body = json_body()
        given = read_fields(PostIn, body)
        return once(app, body, lambda: _written(app, given))


def _add_one(api: Blueprint, app: App) -> None:
    @api.get("/posts/<post>")
    @policies.scoped("anyone", "posts")
    @describe(gives={200: WholePostOut}, problems=(404, 429, 503), tag=TAG, reasons=NO_POST, cached=True)
    def show_post(post: str) -> Response:
        """Read a post, by its slug or its id."""
        with app.uow.reading():
            row = app.post_reader.post(word(post), reader())
        return tagged(shown_whole(row), row.version)


def _add_changing(api: Blueprint, app: App) -> None:
    @api.patch("/posts/<post>")
    @policies.signed_in(scope="posts", limit="post")
    @describe(
        takes=PostChangeIn, gives={200: WholePostOut}, problems=CHANGES, tag=TAG, matched=True,
        reasons=NO_POST | {403: "It is somebody else's.", 409: "A draft cannot be archived."},
    )  # fmt: skip
    def change_post(post: str) -> Response:
        """Change a post of yours.

        With `If-Match` only the version that you read is changed.
        """
        with app.uow.reading():
            app.post_desk.of_author(word(post), reader())
        given = read_fields(PostChangeIn, json_body())
        with app.uow.transaction():
            found = app.post_desk.of_author(word(post), reader())
            row = app.post_reader.post(found.id, reader())
            must_match(row.version, shown_whole(row), given)
            _change(app, found, dict(given))
            row = app.post_reader.post(found.id, reader())
        return tagged(shown_whole(row), row.version)

    @api.delete("/posts/<post>")
    @policies.signed_in(scope="posts")
    @describe(
        gives={204: None},
        problems=(404, 412, 429, 503),
        tag=TAG,
        matched=True,
        reasons=NO_POST | {403: "It is somebody else's."},
    )
    def delete_post(post: str) -> Response:
        """Delete a post of yours, with its comments."""
        with app.uow.transaction():
            found = app.post_desk.of_author(word(post), reader())
            row = app.post_reader.post(found.id, reader())
            must_match(row.version, shown_whole(row), {})
            app.post_desk.delete(found)
        return Response(status=204)


def _page(app: App, **wanted: str) -> Response:
    page = asked(is_mark, ONWARD)
    with app.uow.reading():
        found = app.post_reader.page(
            Wanted(reader_id=reader(), most=page.limit, before=read_mark(page.after), counted=False, **wanted)
        )
    return paged("posts", [shown(row) for row in found.rows], after=mark(found.next) if found.next else "")


def _written(app: App, given: dict[str, Any]) -> Answer:
    post = app.post_desk.write(current_user.user.id, **{"title": "", "body": "", **given})
    row = app.post_reader.post(post.id, post.author_id)
    told = shown_whole(row)
    headers = {"Location": f"/api/v1/posts/{row.slug}", "ETag": f'"{etag_of(told, row.version)}"'}
    return Answer(status=201, headers=headers, body=orjson.dumps(told, option=OPTIONS).decode())


def _change(app: App, post: Post, given: dict[str, Any]) -> None:
    """Words first, so that what is wrong with them is told before anything is shown to everybody."""
    state = given.pop("state", post.state)
    if state not in (post.state, State.PUBLISHED, State.ARCHIVED):
        raise Invalid({"state": "The state can become published or archived. Choose one of these, or leave it out."})
    if given:
        app.post_desk.change(post, given)
    if state != post.state:
        (app.post_desk.publish if state == State.PUBLISHED else app.post_desk.archive)(post)


def _word(name: str) -> str:
    text = request.args.get(name, "")
    if len(text) > 100 or rules.CONTROL.search(text):
        raise Invalid({name: "This is no tag and no username: at most 100 characters that can be seen. Shorten it."})
    return text
