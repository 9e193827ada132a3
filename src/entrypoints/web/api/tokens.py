"""`/api/v1/tokens`: access tokens are listed, made and revoked by their owner; the text of one is told once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response
from flask_login import current_user
from pydantic import BaseModel, ConfigDict, Field

from core.domain.tokens import AccessToken
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.answers import json_answer
from entrypoints.web.api.bodies import json_body, read_fields
from entrypoints.web.api.described import describe

NO_TOKEN = {404: "You have no such token."}
FULL = {409: "You have as many tokens as can be."}


class TokenIn(BaseModel):
    """A token that is to be made."""

    model_config = ConfigDict(
        extra="forbid", strict=True,
        json_schema_extra={
            "required": ["name", "scopes"], "example": {"name": "CI", "scopes": ["me.read"], "days": 30},
        },
    )  # fmt: skip
    name: str = Field("", max_length=60, description="By which you tell your tokens apart.")
    scopes: list[str] = Field([], max_length=50, description="What it may do, like me.read.")
    days: int | None = Field(30, description="1 to 365 days; null lives until it is revoked.")


class TokenOut(BaseModel):
    """An access token, without its text."""

    id: str
    name: str
    hint: str = Field(description="How its text begins.")
    scopes: list[str]
    state: str = Field(
        description="ended: when its owner changed the password or signed out everywhere.",
        json_schema_extra={"enum": ["active", "expired", "ended"]},
    )
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None = Field(description="Its last use, to the minute.")
    used_from: str = Field(description="The network address of its last use.")


class TokensOut(BaseModel):
    """Your tokens, newest first."""

    tokens: list[TokenOut]


class TokenMadeOut(TokenOut):
    """A new token, with its text: it is shown this once."""

    token: str = Field(description="Send it as `Authorization: Bearer <token>`. Nobody can show it to you again.")


def add_routes(api: Blueprint, app: App) -> None:
    """Put the routes on the API."""
    _add_list(api, app)
    _add_making(api, app)


def _add_list(api: Blueprint, app: App) -> None:
    @api.get("/tokens")
    @policies.signed_in(scope="tokens")
    @describe(gives={200: TokensOut}, problems=(429, 503), tag="Access tokens")
    def list_tokens() -> Response:
        """List your access tokens."""
        with app.uow.reading():
            found = app.token_desk.of(current_user.user.id)
        return json_answer({"tokens": [_shown(app, token) for token in found]})

    @api.delete("/tokens/<token_id>")
    @policies.signed_in(scope="tokens")
    @describe(gives={204: None}, problems=(404, 429, 503), tag="Access tokens", reasons=NO_TOKEN)
    def revoke_token(token_id: str) -> Response:
        """Revoke an access token; it is refused from now on."""
        with app.uow.transaction():
            app.token_desk.revoke(token_id, owner=current_user.user.id)
        return Response(status=204)


def _add_making(api: Blueprint, app: App) -> None:
    @api.post("/tokens")
    @policies.signed_in(scope="tokens", fresh=True, both=True)
    @describe(
        takes=TokenIn, gives={201: TokenMadeOut}, problems=(400, 409, 413, 415, 422, 429, 503), tag="Access tokens",
        reasons=FULL,
    )  # fmt: skip
    def make_token() -> Response:
        """Make an access token.

        Its text is in the answer and nowhere else, so a repeat makes another one. A token that is made by a token may
        do no more and live no longer than that one.
        """
        given = TokenIn(**read_fields(TokenIn, json_body()))
        with app.uow.transaction():
            made = app.token_desk.make(
                current_user.user, name=given.name, scopes=given.scopes, days=given.days, through=current_user.bearer
            )
        return json_answer({**_shown(app, made.token), "token": made.text}, status=201)


def _shown(app: App, token: AccessToken) -> dict[str, Any]:
    told = ("id", "name", "hint", "created_at", "expires_at", "used_at", "used_from")
    state = token.state(current_user.user.version, app.clock.now())
    return {**{name: getattr(token, name) for name in told}, "scopes": list(token.allowed), "state": state}
