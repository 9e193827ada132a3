"""`/api/v1/reports`: somebody says that a thing should not be here, and reads what became of that."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
from flask import Blueprint, Response
from flask_login import current_user
from pydantic import BaseModel, ConfigDict, Field

from core.domain.idempotency import Answer
from core.domain.moderation import REASONS, WORDS_MOST, Report, State
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.answers import OPTIONS, json_answer
from entrypoints.web.api.bodies import json_body, read_fields
from entrypoints.web.api.described import describe
from entrypoints.web.api.once import once

TOLD = ("id", "about_kind", "about_id", "reason", "words", "state", "created_at", "decided_at")
NOT_THERE = {404: "There is no such thing, or you may not see it.", 409: "It is your own, or the key is in use."}


class ReportIn(BaseModel):
    """Something that should not be here."""

    model_config = ConfigDict(
        extra="forbid", strict=True,
        json_schema_extra={
            "required": ["about_kind", "about_id", "reason"],
            "example": {"about_kind": "users", "about_id": "ada", "reason": "spam", "words": "Sells watches."},
        },
    )  # fmt: skip
    about_kind: str = Field("", max_length=60, description="The kind of thing, like users or posts.")
    about_id: str = Field("", max_length=200, description="Its id; of people the username.")
    reason: str = Field("", max_length=20, description="Why.", json_schema_extra={"enum": list(REASONS)})
    words: str = Field("", max_length=WORDS_MOST, description="In your words; needed with the reason other.")


class ReportOut(BaseModel):
    """A report of yours."""

    id: str
    about_kind: str
    about_id: str
    reason: str
    words: str
    state: str = Field(
        description="upheld: it was hidden. dismissed: there is nothing wrong with it.",
        json_schema_extra={"enum": [str(state) for state in State]},
    )
    created_at: datetime
    decided_at: datetime | None


def add_routes(api: Blueprint, app: App) -> None:
    """Put the routes on the API."""

    @api.post("/reports")
    @policies.signed_in(scope="reports", limit="report")
    @describe(
        takes=ReportIn, gives={200: ReportOut, 201: ReportOut}, problems=(400, 404, 409, 413, 415, 422, 429, 503),
        tag="Reports", idempotent=True, reasons=NOT_THERE | {200: "You had reported it; it says what you say now."},
    )  # fmt: skip
    def make_report() -> Response:
        """Report something.

        Of one person and thing there is one open report: who reports it again changes what they said.
        """
        body = json_body()
        given = ReportIn(**read_fields(ReportIn, body))
        return once(app, body, lambda: _made(app, given))

    @api.get("/reports/<report_id>")
    @policies.signed_in(scope="reports")
    @describe(
        gives={200: ReportOut}, problems=(404, 429, 503), tag="Reports", reasons={404: "You made no such report."}
    )
    def show_report(report_id: str) -> Response:
        """Read a report of yours, and what became of it."""
        with app.uow.reading():
            return json_answer(_shown(app.report_desk.own(report_id, current_user.user.id)))


def _made(app: App, given: ReportIn) -> Answer:
    report, is_new = app.report_desk.report(
        given.about_kind, given.about_id, by=current_user.user.id, reason=given.reason, words=given.words
    )
    body = orjson.dumps(_shown(report), option=OPTIONS).decode()
    return Answer(status=201 if is_new else 200, headers={"Location": f"/api/v1/reports/{report.id}"}, body=body)


def _shown(report: Report) -> dict[str, Any]:
    return {name: getattr(report, name) for name in TOLD}
