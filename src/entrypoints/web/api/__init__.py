"""The JSON API, version 1; it carries between HTTP and the domain and has no rules of its own."""

from __future__ import annotations

from flask import Blueprint

from entrypoints import modules
from entrypoints.container import App
from entrypoints.web.api.accounts import add_accounts
from entrypoints.web.api.contact_messages import add_contact_messages
from entrypoints.web.api.me import add_me
from entrypoints.web.api.sessions import add_sessions
from entrypoints.web.api.tasks import add_tasks
from entrypoints.web.api.users import add_users


def make_api(app: App) -> Blueprint:
    """Return the blueprint of `/api/v1`."""
    api = Blueprint("api", __name__, url_prefix="/api/v1")
    add_accounts(api, app)
    add_contact_messages(api, app)
    add_tasks(api, app)
    add_me(api, app)
    add_users(api, app)
    add_sessions(api, app)
    for found in modules.faces(__name__):
        found.add_routes(api, app)
    return api
