"""The API for people and machines: `/openapi.json` and the page that reads it; it describes, it does not answer."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template

from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.answers import json_answer
from entrypoints.web.edge import nonce

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The reference reader (Scalar) makes its styles as it runs, so this page alone allows them inline; never scripts."""


def make_docs(app: App) -> Blueprint:
    """Return the blueprint of `/openapi.json` and `/docs`."""
    pages = Blueprint("docs", __name__)
    made: dict[str, Any] = {}

    @pages.get("/openapi.json")
    @policies.anyone
    def openapi() -> Response:
        if not made:
            from entrypoints.web.api.openapi import description

            made.update(description(current_app._get_current_object()))  # type: ignore[attr-defined]
        return json_answer(made)

    @pages.get("/docs")
    @policies.anyone
    def read() -> Response:
        answer = make_response(render_template("docs.html"))
        answer.headers["Content-Security-Policy"] = POLICY.format(nonce=nonce())
        return answer

    return pages
