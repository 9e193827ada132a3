"""/account/two-factors: an app set up, recovery codes shown once, and both turned off; it knows no algorithm."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.accounts import Factor
from core.domain.kernel.errors import Conflict
from entrypoints import policies
from entrypoints.container import App
from entrypoints.languages import N_
from entrypoints.signed_in import let_in

NO_CODE = N_("This code does not fit. Look at the app once more: it shows a new one every 30 seconds.")


def make_two_factor_pages(app: App) -> Blueprint:
    """Return the pages about one's own second factor. What changes anything wants a fresh sign-in."""
    pages = Blueprint("two_factors", __name__, url_prefix="/account/two-factors")
    _add_set_up(pages, app)

    @pages.get("")
    @policies.signed_in()
    def show() -> str:
        with app.uow.reading():
            on = list(app.factor_desk.turned_on(current_user.user))
            left = app.recovery_desk.left(current_user.user)
        required = app.settings.panel_wants_two_factors and current_user.may_administer
        return render_template("account/two_factors.html", on=on[0] if on else None, left=left, required=required)

    @pages.post("/codes")
    @policies.signed_in(fresh=True)
    def codes() -> ResponseReturnValue:
        return _renew_codes(app)

    @pages.post("/off")
    @policies.signed_in(fresh=True)
    def off() -> ResponseReturnValue:
        with app.uow.transaction():
            app.two_factors.turn_off(app.users.get(current_user.user.id))
        flash(_("Two factors are off. From now on your password alone lets in."), "success")
        return redirect(url_for("two_factors.show"), 303)

    return pages


def _add_set_up(pages: Blueprint, app: App) -> None:
    @pages.post("/begin")
    @policies.signed_in(fresh=True)
    def begin() -> ResponseReturnValue:
        with app.uow.transaction():
            app.factor_desk.begin(current_user.user)
        return redirect(url_for("two_factors.set_up"), 303)

    @pages.get("/set-up")
    @policies.signed_in(fresh=True)
    def set_up() -> ResponseReturnValue:
        begun = _begun(app)
        return _set_up(app, begun) if begun else redirect(url_for("two_factors.show"), 303)

    @pages.post("/confirm")
    @policies.signed_in(fresh=True)
    def confirm() -> ResponseReturnValue:
        return _confirm(app)


def _confirm(app: App) -> ResponseReturnValue:
    """Turn it on if the first code fits; the codes are made beforehand, for hashing them takes a while."""
    user, seen, begun = current_user.user, current_user.seen, _begun(app)
    if begun is None:
        flash(_("That took too long. Begin again."), "warning")
        return redirect(url_for("two_factors.show"), 303)
    with app.uow.at_once():
        app.guard.admit_second(user, request.remote_addr or "")
    shown, kept = app.recovery_desk.make(user)
    with app.uow.transaction():
        token = app.two_factors.turn_on(user, request.form.get("code", "")[:64], kept, current_user.token)
        if token is not None:
            app.guard.succeeded_second(user, request.remote_addr or "")
    if token is None:
        return make_response(_set_up(app, begun, NO_CODE), 422)
    let_in(user, token, remembered=seen.remembered)
    return render_template("account/recovery_codes.html", codes=shown, is_new=True)


def _renew_codes(app: App) -> ResponseReturnValue:
    user = current_user.user
    with app.uow.reading():
        if not app.factor_desk.is_on(user):
            raise Conflict("Two factors are not on. Look at the page again.")
    shown, kept = app.recovery_desk.make(user)
    with app.uow.transaction():
        app.two_factors.renew_codes(user, kept)
    return render_template("account/recovery_codes.html", codes=shown, is_new=False)


def _begun(app: App) -> Factor | None:
    with app.uow.reading():
        found: Factor | None = app.factor_desk.begun(current_user.user)
        return found


def _set_up(app: App, begun: Factor, sentence: str = "") -> str:
    """The page with the square code; the secret is in it, as text as well, for apps that read none."""
    secret = app.factor_desk.secret_of(begun)
    invitation = app.factor_desk.invitation(begun, current_user.user, app.settings.site_name)
    facts = {"square": _square(invitation), "secret": _grouped(secret), "invitation": invitation, "sentence": sentence}
    return render_template("account/two_factors_set_up.html", **facts)


def _square(text: str) -> Any:
    """A QR code as the address of an image, dark on light in every colour scheme: cameras want it so."""
    import segno

    return segno.make(text, error="m").svg_data_uri(scale=5, border=4, dark="#000", light="#fff")


def _grouped(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
