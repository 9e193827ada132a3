"""/account/blocked: whom somebody does not want to hear from."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.kernel.errors import Conflict, NotFound
from entrypoints import policies
from entrypoints.container import App


def add_blocked(pages: Blueprint, app: App) -> None:
    """Put the pages on the blueprint."""

    @pages.get("/account/blocked")
    @policies.signed_in()
    def blocked() -> str:
        return _page(app)

    @pages.post("/account/blocked")
    @policies.signed_in(limit="message")
    def block() -> ResponseReturnValue:
        name = request.form.get("username", "").strip().removeprefix("@")
        try:
            with app.uow.transaction():
                other = app.block_desk.block(current_user.user, name)
        except (NotFound, Conflict) as refused:
            return _page(app, {"username": refused.sentence}, name), 422
        flash(_("You hear no more from %(name)s. They are not told.", name=other.name), "success")
        return redirect(url_for("messaging.blocked"), 303)

    @pages.post("/account/blocked/remove")
    @policies.signed_in()
    def unblock() -> ResponseReturnValue:
        try:
            with app.uow.transaction():
                other = app.block_desk.unblock(current_user.user, request.form.get("username", ""))
        except NotFound as refused:
            return _page(app, {"username": refused.sentence}), 422
        flash(_("%(name)s can write to you again.", name=other.name), "success")
        return redirect(url_for("messaging.blocked"), 303)


def _page(app: App, wrong: dict[str, str] | None = None, name: str = "") -> str:
    with app.uow.reading():
        found = app.block_desk.of(current_user.user)
    return render_template("messaging/blocked.html", found=found, wrong=wrong or {}, name=name)
