"""/api/profiles: people as others see them, and whom one follows."""

from __future__ import annotations

from flask import Blueprint, Response
from flask_login import current_user

from core.domain.accounts import User
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.conduit.routes import Doors, Refused, on, reader_id
from entrypoints.web.conduit.shapes import profile_shape, shaped


def add_profiles(pages: Blueprint, app: App, doors: Doors) -> None:
    """Put the routes on the API."""

    @on(pages, "GET", "/profiles/<conduit:username>")
    @policies.anyone(limit=doors.all, forgives=True)
    def show_profile(username: str) -> Response:
        with app.uow.reading():
            user = _shown(app, username)
            return _answer(app, user, app.ties.follows(reader_id(), user.id))

    @on(pages, "POST", "/profiles/<conduit:username>/follow")
    @policies.signed_in(scope="posts", by_token=True, limit=doors.all)
    def follow(username: str) -> Response:
        with app.uow.transaction():
            user = _shown(app, username)
            app.ties.follow(current_user.user.id, user)
        return _answer(app, user, True)

    @on(pages, "DELETE", "/profiles/<conduit:username>/follow")
    @policies.signed_in(scope="posts", by_token=True, limit=doors.all)
    def unfollow(username: str) -> Response:
        with app.uow.transaction():
            user = _shown(app, username)
            app.ties.unfollow(current_user.user.id, user)
        return _answer(app, user, False)


def _shown(app: App, username: str) -> User:
    user: User | None = app.accounts.named(username)
    if user is None or not user.is_shown:
        raise Refused(404, "profile", "not found")
    return user


def _answer(app: App, user: User, following: bool) -> Response:
    return shaped({"profile": profile_shape(app, user, following)})
