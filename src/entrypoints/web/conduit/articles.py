"""/api/articles and /api/tags: posts as articles, liked and listed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from flask_login import current_user

from core.domain.content import Post
from core.domain.kernel.errors import Invalid
from core.ports.content import Page, PostRow, Wanted
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.conduit.routes import BLANK, Doors, about, envelope, filled, filled_if_given, on, reader_id
from entrypoints.web.conduit.shapes import article_shape, row_shape, shaped

USUAL, MOST, FURTHEST = 20, 100, 10**9
FILTERS = {"tag": "tag", "author": "author", "favorited": "favourited_by"}


def add_articles(pages: Blueprint, app: App, doors: Doors) -> None:
    """Put the routes on the API."""
    _add_lists(pages, app, doors)
    _add_changes(pages, app, doors)
    _add_favourites(pages, app, doors)

    @on(pages, "GET", "/articles/<conduit:article>")
    @policies.anyone(limit=doors.all, forgives=True)
    def show_article(article: str) -> Response:
        with app.uow.reading(), about("article"):
            return _whole(app, app.post_reader.post(article, reader_id()))


def _add_lists(pages: Blueprint, app: App, doors: Doors) -> None:
    @on(pages, "GET", "/articles")
    @policies.anyone(limit=doors.all, forgives=True)
    def list_articles() -> Response:
        wanted = _wanted(**{ours: _filter(name) for name, ours in FILTERS.items()}, reader_id=reader_id())
        with app.uow.reading():
            return _page(app, app.post_reader.page(wanted))

    @on(pages, "GET", "/articles/feed")
    @policies.signed_in(scope="posts", by_token=True, limit=doors.all)
    def feed() -> Response:
        wanted = _wanted(feed_of=reader_id(), reader_id=reader_id())
        with app.uow.reading():
            return _page(app, app.post_reader.page(wanted))

    @on(pages, "GET", "/tags")
    @policies.anyone(limit=doors.all, heeds_tokens=False)
    def list_tags() -> Response:
        with app.uow.reading():
            return shaped({"tags": [tag for tag, _ in app.post_reader.tags()]})


def _add_changes(pages: Blueprint, app: App, doors: Doors) -> None:
    @on(pages, "POST", "/articles")
    @policies.signed_in(scope="posts", by_token=True, limit=doors.all)
    def write_article() -> Response:
        given, author = envelope("article"), current_user.user
        filled(given, "title", "description", "body")
        words = {name: given[name] for name in ("title", "description", "body")}
        post: Post = app.post_desk.write_alone(author.id, **words, tags=_tags(given.get("tagList", [])))
        shape = article_shape(app, post, author, favorited=False, following=False)
        return shaped({"article": {**shape, "body": post.body}}, 201)

    @on(pages, "PUT", "/articles/<conduit:article>")
    @policies.signed_in(scope="posts", by_token=True, limit=doors.all)
    def change_article(article: str) -> Response:
        with app.uow.transaction():
            with about("article"):
                post = app.post_desk.of_author(article, reader_id())
            app.post_desk.change(post, _changes(envelope("article")))
            return _whole(app, app.post_reader.post(post.id, reader_id()))

    @on(pages, "DELETE", "/articles/<conduit:article>")
    @policies.signed_in(scope="posts", by_token=True, limit=doors.all)
    def delete_article(article: str) -> Response:
        with app.uow.transaction(), about("article"):
            app.post_desk.delete(app.post_desk.of_author(article, reader_id()))
        return Response(status=204)


def _add_favourites(pages: Blueprint, app: App, doors: Doors) -> None:
    @on(pages, "POST", "/articles/<conduit:article>/favorite")
    @policies.signed_in(scope="posts", by_token=True, limit=doors.all)
    def favorite(article: str) -> Response:
        return _tied(app, article, app.ties.favour)

    @on(pages, "DELETE", "/articles/<conduit:article>/favorite")
    @policies.signed_in(scope="posts", by_token=True, limit=doors.all)
    def unfavorite(article: str) -> Response:
        return _tied(app, article, app.ties.unfavour)


def _tied(app: App, article: str, verb: Callable[[str, Post], None]) -> Response:
    with app.uow.transaction(), about("article"):
        post = app.post_desk.get(article, reader_id())
        verb(reader_id(), post)
        return _whole(app, app.post_reader.post(post.id, reader_id()))


def _changes(given: dict[str, Any]) -> dict[str, Any]:
    """What an article is to become, and nothing of what is left out."""
    tags = {"tags": _tags(given["tagList"])} if "tagList" in given else {}
    return filled_if_given(given, "title", "description", "body") | tags


def _tags(given: Any) -> list[str]:
    if not isinstance(given, list):
        raise Invalid({"tagList": BLANK if given is None else "must be a list of words"})
    return given


def _wanted(**what: str) -> Wanted:
    return Wanted(**what, most=min(_number("limit", USUAL, 1), MOST), skip=_number("offset", 0, 0))  # type: ignore[arg-type]


def _filter(name: str) -> str:
    text = request.args.get(name, "")
    if "\x00" in text:
        raise Invalid({name: "It holds a character that nothing here has. Type it again."})
    return text


def _number(name: str, usual: int, least: int) -> int:
    """A whole number of the query. Raises `Invalid`."""
    text = request.args.get(name)
    if text is None:
        return usual
    if text.isascii() and text.isdecimal() and len(text) <= len(str(FURTHEST)) and least <= int(text) <= FURTHEST:
        return int(text)
    raise Invalid({name: f"must be a whole number from {least} to {FURTHEST}"})


def _page(app: App, page: Page) -> Response:
    return shaped({"articles": [row_shape(app, row) for row in page.rows], "articlesCount": page.total})


def _whole(app: App, row: PostRow) -> Response:
    return shaped({"article": {**row_shape(app, row), "body": row.body}})
