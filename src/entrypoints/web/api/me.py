"""`/api/v1/me`: who is signed in, to read and to change; what is not listed here cannot be changed here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request
from flask_login import current_user
from pydantic import BaseModel, ConfigDict, Field

from core.domain.accounts import User
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.answers import json_answer
from entrypoints.web.api.bodies import json_body, read_fields
from entrypoints.web.api.described import describe
from entrypoints.web.portraits import picture_of
from entrypoints.web.sizes import MB, takes

LARGEST = 8 * MB


class MeOut(BaseModel):
    """You, as only you see it."""

    id: str
    email: str
    verified: bool = Field(description="Whether you have shown that the address is yours.")
    name: str
    username: str = Field(description="What stands in addresses.")
    role: str
    bio: str
    image: str | None = Field(description="Where your picture is, 256 pixels a side.")
    location: str
    language: str = Field(description="Like en or pt-BR; empty where you chose none.")
    zone: str = Field(description="A time zone like Europe/Brussels; empty where you chose none.")
    created_at: datetime


class MeIn(BaseModel):
    """What is to be changed; what is left out stays as it is."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"example": {"name": "Ada Lovelace", "zone": "Europe/London"}}
    )
    name: str = Field("", max_length=100, description="What people read. One line, not empty.")
    username: str = Field(
        "", max_length=39, description="2 to 39 letters, digits, dots, dashes and underscores; nobody else's."
    )
    bio: str = Field("", max_length=2000, description="About you; line breaks are welcome.")
    location: str = Field("", max_length=100, description="One line.")
    language: str = Field("", max_length=10, description="Like en or pt-BR.")
    zone: str = Field("", max_length=64, description="A time zone like Europe/Brussels.")


def add_me(api: Blueprint, app: App) -> None:
    """Put the routes on the API."""

    @api.get("/me")
    @policies.signed_in(scope="me.read")
    @describe(gives={200: MeOut}, problems=(429, 503), tag="Account")
    def show_me() -> Response:
        """Read who you are."""
        return json_answer(_shown(app, current_user.user))

    @api.patch("/me")
    @policies.signed_in(scope="me.write")
    @describe(takes=MeIn, gives={200: MeOut}, problems=(400, 413, 415, 422, 429, 503), tag="Account")
    def change_me() -> Response:
        """Change what you say of yourself.

        Only what is in the body is changed. The address and the password are changed on the site.
        """
        changes = read_fields(MeIn, json_body())
        with app.uow.transaction():
            user = app.profiles.change(current_user.user.id, changes)
        return json_answer(_shown(app, user))

    _add_picture(api, app)


def _add_picture(api: Blueprint, app: App) -> None:
    @api.put("/me/image")
    @policies.signed_in(scope="me.write", limit="pictures")
    @takes(LARGEST)
    @describe(
        gives={200: MeOut}, problems=(413, 422, 429, 503), tag="Account",
        reasons={413: "More than 8 MB.", 422: "Not a JPEG, PNG, WebP or GIF, broken, over 5 MB or 40 megapixels."},
    )  # fmt: skip
    def put_my_image() -> Response:
        """Show a picture of you: the body is the file itself (JPEG, PNG, WebP or GIF).

        The middle square is kept, upright, in two sizes, and nothing of what the file said besides.
        """
        return json_answer(_shown(app, app.pictures.change(current_user.user.id, request.get_data(cache=False))))

    @api.delete("/me/image")
    @policies.signed_in(scope="me.write")
    @describe(gives={200: MeOut}, problems=(429, 503), tag="Account")
    def delete_my_image() -> Response:
        """Show no picture of you any more."""
        return json_answer(_shown(app, app.pictures.remove(current_user.user.id)))


def _shown(app: App, user: User) -> dict[str, Any]:
    own = ("id", "email", "name", "username", "role", "bio", "location", "language", "zone", "created_at")
    shown = {name: getattr(user, name) for name in own}
    return {**shown, "verified": user.verified_at is not None, "image": picture_of(app, user)}
