"""`/api/v1/sessions`: the browsers in which somebody is signed in, listed and signed out by their owner."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response
from flask_login import current_user
from pydantic import BaseModel, Field

from core.domain.accounts import Session
from core.domain.accounts.agents import in_words
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.answers import json_answer
from entrypoints.web.api.described import describe

NO_SESSION = {404: "It has ended already, or is not yours."}
KEPT = ("id", "address", "created_at", "seen_at", "strong", "remembered")


class SessionOut(BaseModel):
    """A browser in which you are signed in."""

    id: str = Field(description="Its mark; it lets nobody in.")
    browser: str = Field(description="As far as it says, like Firefox on Windows.")
    address: str = Field(description="The network address of its last use.")
    created_at: datetime
    seen_at: datetime = Field(description="Its last use, to the minute.")
    strong: bool = Field(description="You signed in with two factors.")
    remembered: bool = Field(description="It outlives the browser's window.")
    current: bool = Field(description="It is the one that asks.")


class SessionsOut(BaseModel):
    """Where you are signed in, the last used first."""

    sessions: list[SessionOut]


class EndedOut(BaseModel):
    """How many were signed out."""

    ended: int


def add_sessions(api: Blueprint, app: App) -> None:
    """Put the routes on the API."""

    @api.get("/sessions")
    @policies.signed_in(scope="sessions")
    @describe(gives={200: SessionsOut}, problems=(429, 503), tag="Account")
    def list_sessions() -> Response:
        """List where you are signed in."""
        with app.uow.reading():
            found = app.session_desk.of(current_user.user)
        return json_answer({"sessions": [_shown(session) for session in found]})

    @api.delete("/sessions")
    @policies.signed_in(scope="sessions")
    @describe(gives={200: EndedOut}, problems=(429, 503), tag="Account")
    def end_other_sessions() -> Response:
        """Sign every other browser out.

        By a token: every browser. Every token and pass ends with them, so this is the last that a token can ask for.
        """
        user = current_user.user
        with app.uow.transaction():
            ended = app.session_desk.close_others(user, current_user.token)
            app.audit.note("ended every other session", "user", user.id, label=str(user))
        return json_answer({"ended": ended})

    @api.delete("/sessions/<session_id>")
    @policies.signed_in(scope="sessions")
    @describe(gives={204: None}, problems=(404, 429, 503), tag="Account", reasons=NO_SESSION)
    def end_session(session_id: str) -> Response:
        """Sign one browser out."""
        with app.uow.transaction():
            ended = app.session_desk.close_one(current_user.user, session_id[:64])
            app.audit.note("ended a session", "user", ended.user_id, label=str(ended))
        return Response(status=204)


def _shown(session: Session) -> dict[str, Any]:
    seen = current_user.seen
    current = seen is not None and seen.id == session.id
    kept = {name: getattr(session, name) for name in KEPT}
    return {**kept, "browser": in_words(session.agent), "current": current}
