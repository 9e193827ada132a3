"""`/api/v1/conversations` and `/api/v1/blocks`: messages between people, for programs of whoever is in them."""

from __future__ import annotations

from flask import Blueprint

from entrypoints.container import App
from entrypoints.web.api.messaging.blocks import add_blocks
from entrypoints.web.api.messaging.conversations import add_conversations
from entrypoints.web.api.messaging.messages import add_messages


def add_routes(api: Blueprint, app: App) -> None:
    """Put the routes on the API."""
    add_conversations(api, app)
    add_messages(api, app)
    add_blocks(api, app)
