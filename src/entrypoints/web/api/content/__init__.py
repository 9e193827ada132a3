"""`/api/v1/posts` and what hangs on them: posts, comments, tags, follows, favourites and attachments, for programs."""

from __future__ import annotations

from flask import Blueprint

from entrypoints.container import App
from entrypoints.web.api.content.attachments import add_attachments
from entrypoints.web.api.content.comments import add_comments
from entrypoints.web.api.content.posts import add_posts
from entrypoints.web.api.content.ties import add_ties


def add_routes(api: Blueprint, app: App) -> None:
    """Put the routes on the API."""
    add_posts(api, app)
    add_comments(api, app)
    add_ties(api, app)
    add_attachments(api, app)
