"""Buttons: like a post, follow somebody; each leads back to where it was pressed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from core.domain.accounts import User
from core.domain.kernel.errors import NotFound
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.content.marks import reader, word
from entrypoints.web.content.shown import back

NOBODY = "Nobody here has this name. They may have changed it; ask them."


def add_ties(pages: Blueprint, app: App) -> None:
    """Put the buttons on the pages."""

    @pages.post("/posts/<post>/favourite")
    @policies.signed_in()
    def favour(post: str) -> ResponseReturnValue:
        return _tied(app, post, app.ties.favour)

    @pages.post("/posts/<post>/favourite/remove")
    @policies.signed_in()
    def unfavour(post: str) -> ResponseReturnValue:
        return _tied(app, post, app.ties.unfavour)

    @pages.post("/@<username>/follow")
    @policies.signed_in()
    def follow(username: str) -> ResponseReturnValue:
        return _followed(app, username, app.ties.follow)

    @pages.post("/@<username>/follow/remove")
    @policies.signed_in()
    def unfollow(username: str) -> ResponseReturnValue:
        return _followed(app, username, app.ties.unfollow, is_hidden_too=True)


def _tied(app: App, post: str, tie: Any) -> ResponseReturnValue:
    with app.uow.transaction():
        found = app.post_desk.get(word(post), reader())
        tie(current_user.user.id, found)
    return redirect(back(url_for("content.show", post=found.slug)), 303)


def _followed(app: App, username: str, tie: Any, *, is_hidden_too: bool = False) -> ResponseReturnValue:
    """Follow somebody whom others see; to follow them no longer, also who is suspended or leaving."""
    with app.uow.transaction():
        whom: User | None = app.accounts.named(username) if word(username) else None
        if whom is None or not (is_hidden_too or whom.is_shown):
            raise NotFound(NOBODY)
        tie(current_user.user.id, whom)
    return redirect(back(url_for("profile.person", username=whom.username)), 303)
