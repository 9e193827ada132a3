"""Signing in with an account elsewhere: the way there and back, connecting, and joining; who that is, others decide."""

from __future__ import annotations

from flask import Blueprint

from entrypoints.container import App
from entrypoints.languages import N_
from entrypoints.web.account import Tab
from entrypoints.web.social.back import add_back
from entrypoints.web.social.connections import add_connections
from entrypoints.web.social.going import add_going, offers
from entrypoints.web.social.joining import add_joining
from entrypoints.web.social.pretending import add_pretending

TAB = Tab("/account/connections", N_("Connections"), 50)
WAY_IN = "social/ways.html"


def make_pages(app: App) -> Blueprint:
    """Return the blueprint of /login/with, /login/from, /login/join and /account/connections."""
    pages = Blueprint("social", __name__)
    pages.app_context_processor(lambda: {"offers": lambda: offers(app)})
    add_going(pages, app)
    add_back(pages, app)
    add_joining(pages, app)
    add_connections(pages, app)
    if "sandbox" in app.settings.social_providers:
        add_pretending(pages, app)
    return pages
