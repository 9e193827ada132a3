"""`/api/v1/identities`: which accounts elsewhere sign somebody in, for them to see and take away."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response
from flask_login import current_user
from pydantic import BaseModel, Field

from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.answers import json_answer
from entrypoints.web.api.described import describe

REASONS = {404: "You have no such connection.", 409: "It is your only way to sign in."}
TOLD = ("id", "provider", "email", "name", "created_at", "used_at")


class IdentityOut(BaseModel):
    """An account elsewhere that signs you in."""

    id: str
    provider: str = Field(description="Where it is, like google.")
    email: str = Field(description="Its address there, if that told one.")
    name: str
    created_at: datetime = Field(description="When it was connected.")
    used_at: datetime


class IdentitiesOut(BaseModel):
    """Those of yours, oldest first."""

    identities: list[IdentityOut]


def add_routes(api: Blueprint, app: App) -> None:
    """Put the routes on the API."""

    @api.get("/identities")
    @policies.signed_in(scope="identities.read")
    @describe(gives={200: IdentitiesOut}, problems=(429, 503), tag="Identities")
    def list_identities() -> Response:
        """List the accounts elsewhere that sign you in. One is connected in a browser, under Account, Connections."""
        with app.uow.reading():
            found = app.connections.of(current_user.user)
        return json_answer({"identities": [{name: getattr(one, name) for name in TOLD} for one in found]})

    @api.delete("/identities/<identity_id>")
    @policies.signed_in(fresh=True)
    @describe(gives={204: None}, problems=(404, 409, 429, 503), tag="Identities", reasons=REASONS)
    def disconnect_identity(identity_id: str) -> Response:
        """Disconnect one; nobody signs in with it any more. It needs a sign-in of the last 15 minutes, in a browser."""
        with app.uow.transaction():
            user = app.users.get(current_user.user.id)
            app.connections.disconnect(user, identity_id, offered=app.settings.social_providers)
        return Response(status=204)
