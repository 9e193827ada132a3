"""Has somebody's bell rung when a task has ended that they asked for; it knows no task's meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_login import current_user

if TYPE_CHECKING:
    from core.domain.tasks import Task
    from entrypoints.container import App

LONGEST = 500
"""A longer address goes without its question: a list's may be any length."""


def can_ring(app: App) -> bool:
    """Whether whoever asks has a bell: they are signed in, and there are bells here."""
    return current_user.is_authenticated and hasattr(app, "notice_desk")


def ring_when_done(app: App, task: Task, title: str, address: str) -> None:
    """Have the bell of who asks ring once a task has ended, in the open transaction; `address` shows how it went."""
    whole = app.settings.base_url.rstrip("/") + address
    link = whole if len(whole) <= LONGEST else whole.partition("?")[0]
    if can_ring(app):
        app.watch_desk.ring(task, title, link, current_user.user.id)
