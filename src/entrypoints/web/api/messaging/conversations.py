"""`/api/v1/conversations`: listed, begun, read up to a message, muted, joined and left."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response
from flask_login import current_user

from core.domain.idempotency import Answer
from core.domain.kernel.errors import Invalid
from core.domain.kernel.ids import is_id
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.answers import OPTIONS, json_answer
from entrypoints.web.api.bodies import json_body, read_fields
from entrypoints.web.api.described import describe
from entrypoints.web.api.manners import ASKS, asked, paged
from entrypoints.web.api.messaging import shapes
from entrypoints.web.api.once import once

TAG = "Messages"


def add_conversations(api: Blueprint, app: App) -> None:
    """Put the routes on the API."""
    _add_list(api, app)
    _add_start(api, app)
    _add_one(api, app)
    _add_people(api, app)


def _add_list(api: Blueprint, app: App) -> None:
    @api.get("/conversations")
    @policies.signed_in(scope="messages")
    @describe(gives={200: shapes.ConversationsOut}, problems=(422, 429, 503), tag=TAG, asks=ASKS)
    def list_conversations() -> Response:
        """List your conversations.

        The one that was written in last comes first.
        """
        page = asked(lambda key: is_id(key, "dms"))
        with app.uow.reading():
            shown = app.conversation_desk.of(
                current_user.user.id, after=page.after, before=page.before, most=page.limit
            )
        entries = shown.entries
        return paged(
            "conversations", [shapes.listed(app, one, shown.people) for one in entries],
            after=entries[-1].member.last_id if shown.has_after else "",
            before=entries[0].member.last_id if shown.has_before else "",
        )  # fmt: skip

    @api.get("/conversations/unread")
    @policies.signed_in(scope="messages")
    @describe(gives={200: shapes.UnreadOut}, problems=(429, 503), tag=TAG)
    def count_unread_conversations() -> Response:
        """Count the conversations in which something waits for you."""
        with app.uow.reading():
            return json_answer({"unread": app.conversation_desk.unread(current_user.user.id)})


def _add_start(api: Blueprint, app: App) -> None:
    @api.post("/conversations")
    @policies.signed_in(scope="messages", limit="message")
    @describe(
        takes=shapes.BegunIn, gives={200: shapes.BegunOut, 201: shapes.BegunOut},
        problems=(400, 409, 413, 415, 422, 429, 503), tag=TAG, idempotent=True,
        reasons={200: "You two had a conversation; it goes on."},
    )  # fmt: skip
    def start_conversation() -> Response:
        """Write to one or more people.

        Of two people there is one conversation, which goes on; of more, each is a new one.
        """
        body = json_body()
        given = shapes.BegunIn(**read_fields(shapes.BegunIn, body))
        return once(app, body, lambda: _begun(app, given))


def _add_one(api: Blueprint, app: App) -> None:
    @api.get("/conversations/<conversation_id>")
    @policies.signed_in(scope="messages")
    @describe(gives={200: shapes.ConversationOut}, problems=(404, 429, 503), tag=TAG, reasons=shapes.NO_CONVERSATION)
    def show_conversation(conversation_id: str) -> Response:
        """Read who is in a conversation, and how it stands."""
        with app.uow.reading():
            return json_answer(_shown(app, conversation_id))

    @api.patch("/conversations/<conversation_id>")
    @policies.signed_in(scope="messages")
    @describe(
        takes=shapes.StandingIn, gives={200: shapes.ConversationOut}, problems=(400, 404, 413, 415, 422, 429, 503),
        tag=TAG, reasons=shapes.NO_CONVERSATION,
    )  # fmt: skip
    def change_standing(conversation_id: str) -> Response:
        """Say what you have read, or mute it."""
        with app.uow.reading():
            app.message_desk.member(current_user.user.id, conversation_id)
        given = read_fields(shapes.StandingIn, json_body())
        if "read_up_to" in given and not is_id(given["read_up_to"], "dms"):
            raise Invalid({"read_up_to": "This is no id of a message, which is like dms_…. Take one of the messages."})
        user_id = current_user.user.id
        with app.uow.transaction():
            if "muted" in given:
                app.conversation_desk.mute(user_id, conversation_id, is_muted=given["muted"])
            if "read_up_to" in given:
                app.message_desk.mark_read(user_id, conversation_id, given["read_up_to"])
            return json_answer(_shown(app, conversation_id))

    @api.delete("/conversations/<conversation_id>")
    @policies.signed_in(scope="messages")
    @describe(
        gives={204: None}, problems=(403, 404, 429, 503), tag=TAG,
        reasons=shapes.NO_CONVERSATION | {403: "It is of two, or the token does not allow this."},
    )  # fmt: skip
    def leave_conversation(conversation_id: str) -> Response:
        """Leave a conversation; what you wrote stays. One of two cannot be left."""
        with app.uow.transaction():
            app.conversation_desk.leave(current_user.user.id, conversation_id)
        return Response(status=204)


def _add_people(api: Blueprint, app: App) -> None:
    @api.post("/conversations/<conversation_id>/people")
    @policies.signed_in(scope="messages", limit="message")
    @describe(
        takes=shapes.PeopleIn, gives={200: shapes.ConversationOut},
        problems=(400, 404, 409, 413, 415, 422, 429, 503), tag=TAG,
        reasons=shapes.NO_CONVERSATION | {409: "It is of two. Begin a new one with everybody."},
    )  # fmt: skip
    def add_people(conversation_id: str) -> Response:
        """Bring people into a conversation; they read what is written from now on."""
        with app.uow.reading():
            app.message_desk.member(current_user.user.id, conversation_id)
        given = shapes.PeopleIn(**read_fields(shapes.PeopleIn, json_body()))
        with app.uow.transaction():
            app.conversation_desk.add(current_user.user, conversation_id, given.people)
            return json_answer(_shown(app, conversation_id))


def _begun(app: App, given: shapes.BegunIn) -> Answer:
    begun = app.conversation_desk.start(current_user.user, given.people, given.text)
    people = {current_user.user.id: current_user.user}
    told = {
        "conversation": _shown(app, begun.conversation.id),
        "message": shapes.message(app, begun.message, people, current_user.user.id),
    }
    place = f"/api/v1/conversations/{begun.conversation.id}"
    body = orjson.dumps(told, option=OPTIONS).decode()
    return Answer(status=201 if begun.is_new else 200, headers={"Location": place}, body=body)


def _shown(app: App, conversation_id: str) -> dict[str, Any]:
    shown = app.conversation_desk.show(current_user.user.id, conversation_id)
    others = [key for key in shown.people if key != current_user.user.id]
    return shapes.conversation(app, shown.conversation, shown.member, shown.people, others)
