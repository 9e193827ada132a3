"""`/api/v1/conversations/<id>/messages`: read by pages, written, changed and taken back."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response
from flask_login import current_user

from core.domain.idempotency import Answer
from core.domain.kernel.ids import is_id
from core.domain.messaging import DirectMessage
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.answers import OPTIONS
from entrypoints.web.api.bodies import json_body, read_fields
from entrypoints.web.api.described import describe
from entrypoints.web.api.manners import ASKS, asked, etag_of, must_match, paged, tagged
from entrypoints.web.api.messaging import shapes
from entrypoints.web.api.once import once

TAG = "Messages"
OWN = shapes.NO_MESSAGE | {
    403: "It is somebody else's, or the token does not allow this.", 409: "It is not there any more.",
}  # fmt: skip
ONE = "/conversations/<conversation_id>/messages/<message_id>"


def add_messages(api: Blueprint, app: App) -> None:
    """Put the routes on the API."""
    _add_list(api, app)
    _add_writing(api, app)
    _add_one(api, app)
    _add_changing(api, app)


def _add_list(api: Blueprint, app: App) -> None:
    @api.get("/conversations/<conversation_id>/messages")
    @policies.signed_in(scope="messages")
    @describe(
        gives={200: shapes.MessagesOut}, problems=(404, 422, 429, 503), tag=TAG, asks=ASKS,
        reasons=shapes.NO_CONVERSATION,
    )  # fmt: skip
    def list_messages(conversation_id: str) -> Response:
        """Read the messages of a conversation, newest first.

        Nothing is marked as read by that: say so with PATCH on the conversation.
        """
        page, user_id = asked(lambda key: is_id(key, "dms")), current_user.user.id
        with app.uow.reading():
            shown = app.message_desk.page(
                user_id, conversation_id, after=page.after, before=page.before, most=page.limit
            )
            people = app.conversation_desk.people(shown.messages)
        messages = shown.messages
        return paged(
            "messages", [shapes.message(app, one, people, user_id) for one in messages],
            after=messages[-1].id if shown.has_older else "", before=messages[0].id if shown.has_newer else "",
        )  # fmt: skip


def _add_writing(api: Blueprint, app: App) -> None:
    @api.post("/conversations/<conversation_id>/messages")
    @policies.signed_in(scope="messages", limit="message")
    @describe(
        takes=shapes.TextIn, gives={201: shapes.MessageOut}, problems=(400, 403, 404, 409, 413, 415, 422, 429, 503),
        tag=TAG, idempotent=True,
        reasons=shapes.NO_CONVERSATION | {403: "It takes no more messages, or the token does not allow this."},
    )  # fmt: skip
    def write_message(conversation_id: str) -> Response:
        """Write into a conversation. You have read what is there, then."""
        with app.uow.reading():
            app.message_desk.member(current_user.user.id, conversation_id)
        body = json_body()
        text = shapes.TextIn(**read_fields(shapes.TextIn, body)).text
        return once(app, body, lambda: _written(app, conversation_id, text))


def _add_one(api: Blueprint, app: App) -> None:
    @api.get(ONE)
    @policies.signed_in(scope="messages")
    @describe(gives={200: shapes.MessageOut}, problems=(404, 429, 503), tag=TAG, reasons=shapes.NO_MESSAGE, cached=True)
    def show_message(conversation_id: str, message_id: str) -> Response:
        """Read one message."""
        with app.uow.reading():
            found = app.message_desk.show(current_user.user.id, conversation_id, message_id)
            return tagged(_shown(app, found), found.version)


def _add_changing(api: Blueprint, app: App) -> None:
    @api.patch(ONE)
    @policies.signed_in(scope="messages", limit="message")
    @describe(
        takes=shapes.TextIn, gives={200: shapes.MessageOut},
        problems=(400, 403, 404, 409, 412, 413, 415, 422, 429, 503), tag=TAG, matched=True, reasons=OWN,
    )  # fmt: skip
    def edit_message(conversation_id: str, message_id: str) -> Response:
        """Change what you wrote."""
        with app.uow.reading():
            app.message_desk.show(current_user.user.id, conversation_id, message_id)
        given = read_fields(shapes.TextIn, json_body())
        with app.uow.transaction():
            held = app.message_desk.own(current_user.user.id, conversation_id, message_id)
            must_match(held.version, _shown(app, held), given)
            app.message_desk.edit(held, given.get("text", ""))
            return tagged(_shown(app, held), held.version)

    @api.delete(ONE)
    @policies.signed_in(scope="messages")
    @describe(gives={204: None}, problems=(403, 404, 409, 412, 429, 503), tag=TAG, matched=True, reasons=OWN)
    def delete_message(conversation_id: str, message_id: str) -> Response:
        """Take back what you wrote: its text is gone for everybody, and a mark stays."""
        with app.uow.transaction():
            held = app.message_desk.own(current_user.user.id, conversation_id, message_id)
            must_match(held.version, _shown(app, held), {})
            app.message_desk.delete(held)
        return Response(status=204)


def _written(app: App, conversation_id: str, text: str) -> Answer:
    written = app.message_desk.write(current_user.user.id, conversation_id, text)
    place = f"/api/v1/conversations/{conversation_id}/messages/{written.id}"
    told = _shown(app, written)
    headers = {"Location": place, "ETag": f'"{etag_of(told, written.version)}"'}
    return Answer(status=201, headers=headers, body=orjson.dumps(told, option=OPTIONS).decode())


def _shown(app: App, one: DirectMessage) -> dict[str, Any]:
    return shapes.message(app, one, app.conversation_desk.people([one]), current_user.user.id)
