"""Answers for whoever keeps this running: alive, ready; it decides nothing about the parts."""

from __future__ import annotations

from flask import Blueprint, Response

from entrypoints import policies
from entrypoints.container import App
from entrypoints.health import health
from entrypoints.web.answers import json_answer

ALIVE = b'{"status":"ok"}'


def make_status(app: App) -> Blueprint:
    """Return the blueprint of `/healthz` (this process answers) and `/readyz` (it can do its work)."""
    pages = Blueprint("status", __name__)

    @pages.get("/healthz")
    @policies.anyone
    def alive() -> Response:
        return json_answer(ALIVE)

    @pages.get("/readyz")
    @policies.anyone
    def ready() -> Response:
        parts = health(app)
        return json_answer(parts, 200 if parts["ready"] else 503, {} if parts["ready"] else {"Retry-After": "5"})

    return pages
