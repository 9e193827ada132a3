"""`/api/v1/users`: people as others see them; an address is shown to nobody but who may see users in the panel."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request
from pydantic import BaseModel, Field

from core.domain.accounts import User
from core.domain.kernel.errors import Invalid, NotFound
from core.domain.kernel.ids import is_id
from core.ports.records import Place, Question
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.answers import json_answer
from entrypoints.web.api.described import describe
from entrypoints.web.portraits import picture_of

MOST = 50
LISTED = ("id", "username", "name", "email", "role", "active", "created_at")
NEWEST = Question(order="id", descending=True)


class UserOut(BaseModel):
    """Somebody who may sign in, as who looks after users sees them."""

    id: str
    username: str
    name: str
    email: str
    role: str
    active: bool = Field(description="Not: suspended.")
    created_at: datetime


class UsersOut(BaseModel):
    """A page of users, newest first."""

    users: list[UserOut]
    next: str | None = Field(description="Where the next page is; null after the last.")


class ProfileOut(BaseModel):
    """Somebody as everybody who is signed in sees them."""

    username: str
    name: str
    bio: str
    image: str | None


def add_users(api: Blueprint, app: App) -> None:
    """Put the routes on the API."""

    @api.get("/users")
    @policies.signed_in(permission="users.see", scope="users.read")
    @describe(
        gives={200: UsersOut}, problems=(422, 429, 503), tag="Users",
        asks={"before": "The id of a user: those who came before them. The newest when left out."},
    )  # fmt: skip
    def list_users() -> Response:
        """List users.

        Newest first, fifty a page; for roles that may see users.
        """
        before = request.args.get("before", "")
        if before and not is_id(before, "usr"):
            raise Invalid({"before": "This is no id of a user, which is like usr_…. Follow `next` of the page before."})
        after = Place(key=before, value=before) if before else None
        with app.uow.reading():
            page = app.record_store.page(User, LISTED, NEWEST, MOST, after=after)
        onward = f"/api/v1/users?before={page.rows[-1]['id']}" if page.has_after else None
        return json_answer({"users": page.rows, "next": onward})

    @api.get("/users/<username>")
    @policies.signed_in(scope="users.read")
    @describe(
        gives={200: ProfileOut}, problems=(404, 429, 503), tag="Users", reasons={404: "Nobody has this username."}
    )
    def show_profile(username: str) -> Response:
        """Read somebody's profile."""
        with app.uow.reading():
            found = app.users.by_username(username) if username.isprintable() else None
        if found is None or not found.is_shown:
            raise NotFound("Nobody has this username. They may have taken another one; look at how it is spelt.")
        return json_answer(profile(app, found))


def profile(app: App, user: User) -> dict[str, Any]:
    """Return a user as everybody sees them."""
    return {"username": user.username, "name": user.name, "bio": user.bio, "image": picture_of(app, user)}
