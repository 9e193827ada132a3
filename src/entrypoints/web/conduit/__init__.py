"""The RealWorld API at /api: a second presenter over the services that pages and /api/v1 use, for front ends that were
written for Conduit (docs/realworld.md); it has no rules of its own."""

from __future__ import annotations

from flask import Blueprint, Response

from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.conduit.articles import add_articles
from entrypoints.web.conduit.comments import add_comments
from entrypoints.web.conduit.described import add_description
from entrypoints.web.conduit.errors import PREFLIGHT, answer_errors
from entrypoints.web.conduit.people import add_people
from entrypoints.web.conduit.profiles import add_profiles
from entrypoints.web.conduit.routes import Doors, know_words, on


def make_pages(app: App) -> Blueprint:
    """Return the blueprint of `/api`; empty where the settings want none."""
    pages = Blueprint("conduit", __name__, url_prefix="/api")
    if app.conduit_rules == "off":
        return pages
    know_words(pages)
    pages.record_once(lambda state: state.app.extensions["csrf"].exempt(pages))  # only tokens count here
    answer_errors(pages)
    doors = (
        Doors(policies.OPEN, policies.OPEN, policies.OPEN)
        if app.conduit_rules == "open"
        else Doors("", "sign_in", "sign_up")
    )
    for add in (add_people, add_profiles, add_articles, add_comments, add_description):
        add(pages, app, doors)

    @on(pages, "OPTIONS", "/<conduit_path:rest>")
    @policies.anyone(limit=doors.all, heeds_tokens=False)
    def ask_first(rest: str) -> Response:
        """What a browser asks before it sends a request from another site (CORS preflight)."""
        return Response(status=204, headers=PREFLIGHT)

    return pages
