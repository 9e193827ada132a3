"""On the way to a provider: the buttons, and the redirect; what ties the browser to its way is in its session."""

from __future__ import annotations

from flask import Blueprint, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user

from core.domain.kernel.errors import Unavailable
from core.domain.social import Purpose
from core.ports.social import Offer
from entrypoints import policies
from entrypoints.container import App
from entrypoints.languages import LOCAL
from entrypoints.web.edge import allow_forms_to
from entrypoints.web.social.problems import away

BROWSER = "browser"
"""Under this the session keeps a secret of this browser's own: who brings an answer must have asked for it."""


def add_going(pages: Blueprint, app: App) -> None:
    """Put the ways out on the pages."""

    @pages.post("/login/with/<provider>")
    @policies.anyone(limit="social")
    def sign_in(provider: str) -> ResponseReturnValue:
        return send(app, provider, Purpose.SIGN_IN)

    @pages.post("/login/again/with/<provider>")
    @policies.signed_in(half=True, limit="social")
    def prove(provider: str) -> ResponseReturnValue:
        return send(app, provider, Purpose.PROVE)


def send(app: App, provider: str, purpose: Purpose) -> ResponseReturnValue:
    """Send this browser to a provider."""
    user_id = current_user.user.id if current_user.is_authenticated and purpose is not Purpose.SIGN_IN else ""
    try:
        address = app.social_desk.begin(
            provider, purpose, back=back(app, provider), browser=_browser(app), user_id=user_id, onward=_onward(),
            remembered=request.form.get("remember", "yes") == "yes",
        )  # fmt: skip
    except Unavailable as failure:
        return away(app, provider, failure, _onward())
    return redirect(address, 303)


def back(app: App, provider: str) -> str:
    """Our address that a provider sends people back to, as it is entered there: never after the Host header."""
    return f"{app.settings.base_url}/login/from/{provider}"


def offers(app: App) -> tuple[Offer, ...]:
    """Who is offered. A browser follows a form's redirect only where the page allows its forms to go (CSP)."""
    offered: tuple[Offer, ...] = app.social_offers
    allow_forms_to(*(origin for offer in offered for origin in offer.origins))
    return offered


def _browser(app: App) -> str:
    if BROWSER not in session:
        session[BROWSER] = app.secrets.new_token()
    return str(session[BROWSER])


def _onward() -> str:
    wanted = request.form.get("next", "")
    return wanted if LOCAL.match(wanted) and len(wanted) <= 2000 else ""
