"""/api/articles/<slug>/comments: what people write below a post."""

from __future__ import annotations

from flask import Blueprint, Response
from flask_login import current_user

from core.domain.content import Comment
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.conduit.routes import Doors, Refused, about, envelope, filled, on, reader_id
from entrypoints.web.conduit.shapes import comment_shape, shaped

LONGEST = 18
"""Digits of a number that the database can hold."""
MOST = 1000
"""So many of the newest comments are listed: the contract has no pages, and no answer of ours is without an end."""


def add_comments(pages: Blueprint, app: App, doors: Doors) -> None:
    """Put the routes on the API."""

    @on(pages, "GET", "/articles/<conduit:article>/comments")
    @policies.anyone(limit=doors.all, forgives=True)
    def list_comments(article: str) -> Response:
        with app.uow.reading(), about("article"):
            rows = app.post_reader.comments(app.post_reader.post(article, reader_id()).id, reader_id(), most=MOST)
        return shaped({"comments": [comment_shape(app, row, row, following=row.following) for row in rows]})

    @on(pages, "POST", "/articles/<conduit:article>/comments")
    @policies.signed_in(scope="posts", by_token=True, limit=doors.all)
    def write_comment(article: str) -> Response:
        author = current_user.user
        with app.uow.transaction():
            with about("article"):
                post = app.post_desk.get(article, author.id)
            given = envelope("comment")
            filled(given, "body")
            comment: Comment = app.comment_desk.write(post, author.id, given["body"])
        return shaped({"comment": comment_shape(app, comment, author, following=False)}, 201)

    @on(pages, "DELETE", "/articles/<conduit:article>/comments/<conduit:comment>")
    @policies.signed_in(scope="posts", by_token=True, limit=doors.all)
    def delete_comment(article: str, comment: str) -> Response:
        with app.uow.transaction():
            with about("article"):
                post = app.post_desk.get(article, reader_id())
            with about("comment"):
                app.comment_desk.delete(app.comment_desk.of_author(post, _number(comment), reader_id()))
        return Response(status=204)


def _number(comment: str) -> int:
    if not (comment.isascii() and comment.isdecimal() and len(comment) <= LONGEST):
        raise Refused(404, "comment", "not found")
    return int(comment)
