"""Back from a provider. By the protocol that is a GET that changes something: it counts only in the browser that asked
for it, and once."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.accounts import User
from core.domain.kernel.errors import Unavailable
from core.domain.social import Arrival, Purpose, Refused, Why
from entrypoints import policies
from entrypoints.container import App
from entrypoints.counting import count
from entrypoints.signed_in import let_in
from entrypoints.web.sign_in import begin
from entrypoints.web.social.going import BROWSER, back
from entrypoints.web.social.problems import away, refusal

NEWCOMER = "newcomer"
"""Under this the session keeps which way somebody came who has no account yet."""


def add_back(pages: Blueprint, app: App) -> None:
    """Put the way back on the pages."""

    @pages.get("/login/from/<provider>")
    @policies.anyone
    def arrive(provider: str) -> ResponseReturnValue:
        count(app, "social")  # it is a GET, which pages do not count
        browser = str(session.get(BROWSER, ""))
        try:
            arrival = app.social_desk.complete(
                provider, request.args.to_dict(), back=back(app, provider), browser=browser
            )
            return RECEIVE[Purpose(arrival.attempt.purpose)](app, arrival)
        except Refused as refused:
            return refusal(app, refused)
        except Unavailable as failure:
            return away(app, provider, failure)


def _let_in(app: App, arrival: Arrival) -> ResponseReturnValue:
    """Somebody we know goes on to the second factor; somebody new is asked whether they want an account."""
    attempt, trusted = arrival.attempt, app.settings.social_trusts_mail_of.split(",")
    with app.uow.transaction():
        user = app.connections.whose(arrival, app.clock.now(), trusted=trusted)
        if user is None:
            app.trips.put_by(attempt.id, arrival.claims)
    if user is None:
        session[NEWCOMER] = attempt.id
        return redirect(url_for("social.join"), 303)
    return begin(app, user, remembered=attempt.remembered, onward=attempt.onward)


def _connect(app: App, arrival: Arrival) -> ResponseReturnValue:
    with app.uow.transaction():
        app.connections.connect(_still(app, arrival), arrival, app.clock.now())
    flash(_("It is connected: you can sign in with it from now on."), "success")
    return redirect(arrival.attempt.onward or url_for("social.connections"), 303)


def _prove(app: App, arrival: Arrival) -> ResponseReturnValue:
    with app.uow.transaction():
        user = _still(app, arrival)
        app.connections.prove(user, arrival, app.clock.now())
        token = app.session_desk.renew(current_user.token)
    let_in(user, token, remembered=current_user.seen.remembered)
    return redirect(arrival.attempt.onward or "/account", 303)


def _still(app: App, arrival: Arrival) -> User:
    """Who is signed in on this browser. Raises `Refused` for nobody."""
    if not current_user.is_authenticated:
        raise Refused(Why.STRANGE, "You are signed out by now.", arrival.attempt.provider, arrival.attempt.onward)
    user: User = app.users.get(current_user.user.id)
    return user


RECEIVE = {Purpose.SIGN_IN: _let_in, Purpose.CONNECT: _connect, Purpose.PROVE: _prove}
