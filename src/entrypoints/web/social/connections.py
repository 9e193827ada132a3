"""The part of the account where accounts elsewhere are connected with it, and disconnected."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.kernel.errors import Conflict
from core.domain.social import Purpose
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.social.going import send


def add_connections(pages: Blueprint, app: App) -> None:
    """Put the pages on the pages."""

    @pages.get("/account/connections")
    @policies.signed_in()
    def connections() -> ResponseReturnValue:
        return _list(app)

    @pages.post("/account/connections/with/<provider>")
    @policies.signed_in(fresh=True, limit="social")
    def connect(provider: str) -> ResponseReturnValue:
        return send(app, provider, Purpose.CONNECT)

    @pages.post("/account/connections/<identity_id>/remove")
    @policies.signed_in(fresh=True)
    def disconnect(identity_id: str) -> ResponseReturnValue:
        return _disconnect(app, identity_id)


def _list(app: App) -> str:
    user = current_user.user
    with app.uow.reading():
        connected = app.connections.of(user)
    offered = app.settings.social_providers
    usable = [one for one in connected if one.provider in offered]
    last = usable[0].id if len(usable) == 1 and not user.password_hash else ""
    labels = {offer.name: offer.label for offer in app.social_offers}
    return render_template("social/connections.html", connected=connected, labels=labels, last=last)


def _disconnect(app: App, identity_id: str) -> ResponseReturnValue:
    try:
        with app.uow.transaction():
            user = app.users.get(current_user.user.id)
            app.connections.disconnect(user, identity_id, offered=app.settings.social_providers)
    except Conflict as last:
        flash(last.sentence, "warning")
    else:
        flash(_("It is disconnected: nobody signs in with it any more."), "success")
    return redirect(url_for("social.connections"), 303)
