"""`/api/v1/blocks`: whom somebody does not want to hear from."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response
from flask_login import current_user
from pydantic import BaseModel

from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.answers import json_answer
from entrypoints.web.api.described import describe
from entrypoints.web.api.messaging.shapes import PersonOut, person

NOBODY = {404: "Nobody has this name.", 409: "It is you, or you have blocked too many."}


class BlockOut(BaseModel):
    """Somebody whom you have blocked."""

    person: PersonOut
    created_at: datetime


class BlocksOut(BaseModel):
    """Whom you have blocked, the latest first."""

    blocks: list[BlockOut]


def add_blocks(api: Blueprint, app: App) -> None:
    """Put the routes on the API."""

    @api.get("/blocks")
    @policies.signed_in(scope="messages")
    @describe(gives={200: BlocksOut}, problems=(429, 503), tag="Messages")
    def list_blocks() -> Response:
        """List whom you have blocked."""
        with app.uow.reading():
            found = app.block_desk.of(current_user.user)
        return json_answer(
            {"blocks": [{"person": person(app, user), "created_at": one.created_at} for one, user in found]}
        )

    @api.put("/blocks/<username>")
    @policies.signed_in(scope="messages", limit="message")
    @describe(gives={204: None}, problems=(404, 409, 429, 503), tag="Messages", reasons=NOBODY)
    def block_person(username: str) -> Response:
        """Block somebody: in a conversation of you two nobody writes any more. They are not told."""
        with app.uow.transaction():
            app.block_desk.block(current_user.user, username)
        return Response(status=204)

    @api.delete("/blocks/<username>")
    @policies.signed_in(scope="messages")
    @describe(gives={204: None}, problems=(404, 429, 503), tag="Messages", reasons=NOBODY)
    def unblock_person(username: str) -> Response:
        """Unblock somebody."""
        with app.uow.transaction():
            app.block_desk.unblock(current_user.user, username)
        return Response(status=204)
