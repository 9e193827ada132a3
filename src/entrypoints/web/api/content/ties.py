"""Tags, and who follows whom and likes what: saying it twice is saying it once."""

from __future__ import annotations

from flask import Blueprint, Response
from flask_login import current_user

from core.domain.accounts import User
from core.domain.kernel.errors import NotFound
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.answers import json_answer
from entrypoints.web.api.content.posts import NO_POST
from entrypoints.web.api.content.shapes import TagsOut, WholePostOut, shown_whole
from entrypoints.web.api.described import describe
from entrypoints.web.api.manners import tagged
from entrypoints.web.content.marks import reader, word

NOBODY = "Nobody has this username. They may have taken another one; look at how it is spelt."
NO_ONE = {404: "Nobody has this username.", 422: "This is you, or you follow as many as one may."}


def add_ties(api: Blueprint, app: App) -> None:
    """Put the routes on the API."""
    _add_tags(api, app)
    _add_favourites(api, app)
    _add_follows(api, app)


def _add_tags(api: Blueprint, app: App) -> None:
    @api.get("/tags")
    @policies.scoped("anyone", "posts")
    @describe(gives={200: TagsOut}, problems=(429, 503), tag="Posts")
    def list_tags() -> Response:
        """List tags in use.

        Most used first, at most a thousand.
        """
        with app.uow.reading():
            found = app.post_reader.tags()
        return json_answer({"tags": [{"tag": tag, "posts": number} for tag, number in found]})


def _add_favourites(api: Blueprint, app: App) -> None:
    @api.put("/posts/<post>/favourite")
    @policies.signed_in(scope="posts")
    @describe(gives={200: WholePostOut}, problems=(404, 429, 503), tag="Posts", reasons=NO_POST)
    def favour_post(post: str) -> Response:
        """Like a post."""
        return _favoured(app, post, liked=True)

    @api.delete("/posts/<post>/favourite")
    @policies.signed_in(scope="posts")
    @describe(gives={200: WholePostOut}, problems=(404, 429, 503), tag="Posts", reasons=NO_POST)
    def unfavour_post(post: str) -> Response:
        """Like a post no longer."""
        return _favoured(app, post, liked=False)


def _add_follows(api: Blueprint, app: App) -> None:
    @api.put("/users/<username>/follow")
    @policies.signed_in(scope="posts")
    @describe(gives={204: None}, problems=(404, 422, 429, 503), tag="Users", reasons=NO_ONE)
    def follow_user(username: str) -> Response:
        """Follow somebody: their posts are in your feed from now on."""
        with app.uow.transaction():
            app.ties.follow(current_user.user.id, _named(app, username))
        return Response(status=204)

    @api.delete("/users/<username>/follow")
    @policies.signed_in(scope="posts")
    @describe(gives={204: None}, problems=(404, 429, 503), tag="Users", reasons=NO_ONE)
    def unfollow_user(username: str) -> Response:
        """Follow somebody no longer."""
        with app.uow.transaction():
            app.ties.unfollow(current_user.user.id, _named(app, username, is_hidden_too=True))
        return Response(status=204)


def _favoured(app: App, post: str, *, liked: bool) -> Response:
    with app.uow.transaction():
        found = app.post_desk.get(word(post), reader())
        (app.ties.favour if liked else app.ties.unfavour)(current_user.user.id, found)
        row = app.post_reader.post(found.id, reader())
    return tagged(shown_whole(row), row.version)


def _named(app: App, username: str, *, is_hidden_too: bool = False) -> User:
    """Somebody whom others see; to follow them no longer, also who is suspended or leaving."""
    found: User | None = app.users.by_username(word(username))
    if found is None or not (is_hidden_too or found.is_shown):
        raise NotFound(NOBODY)
    return found
