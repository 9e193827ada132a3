"""The part of the account with what one signs in with: address, username and password."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.accounts import User
from core.domain.kernel.errors import Invalid, TooMany
from entrypoints import policies
from entrypoints.container import App
from entrypoints.signed_in import let_in
from entrypoints.web.errors import answer_failure


def make_sign_in_data(app: App) -> Blueprint:
    """Return the pages under /account/sign-in."""
    pages = Blueprint("sign_in_data", __name__, url_prefix="/account/sign-in")
    _add_page(pages, app)
    _add_address(pages, app)
    return pages


def change_password(app: App, user: User, old: str, new: str) -> None:
    """Change a password by the old one; every session ends, and a new one begins here. Raises `Invalid`, `TooMany`."""
    address, seen = request.remote_addr or "", current_user.seen
    with app.uow.at_once():
        app.guard.admit(user.email, address)
    made = app.password_desk.prepare(user, old, new)
    with app.uow.transaction():
        changed = app.password_desk.change(user, made)
        app.guard.succeeded(changed.email, address)
        how = {"remembered": seen.remembered, "strong": seen.strong}
        token = app.session_desk.open(changed, address, str(request.user_agent), **how)
    let_in(changed, token, remembered=seen.remembered)


def _add_page(pages: Blueprint, app: App) -> None:
    @pages.get("")
    @policies.signed_in()
    def show() -> ResponseReturnValue:
        return _page({})

    @pages.post("/password")
    @policies.signed_in(limit="sign_in")
    def password() -> ResponseReturnValue:
        try:
            change_password(app, current_user.user, request.form.get("old", ""), request.form.get("password", ""))
        except Invalid as wrong:
            return make_response(_page(wrong.fields), 422)
        except TooMany as wait:
            return _wait(wait, _page({"old": wait.sentence}))
        flash(_("Your password is changed. Every other browser was signed out."), "success")
        return redirect(url_for("sign_in_data.show"), 303)

    @pages.post("/username")
    @policies.signed_in()
    def username() -> ResponseReturnValue:
        try:
            with app.uow.transaction():
                app.address_desk.rename(current_user.user.id, request.form.get("username", ""))
        except Invalid as wrong:
            return make_response(_page(wrong.fields), 422)
        flash(_("Your username is changed."), "success")
        return redirect(url_for("sign_in_data.show"), 303)


def _add_address(pages: Blueprint, app: App) -> None:
    @pages.get("/address")
    @policies.signed_in(fresh=True)
    def address() -> ResponseReturnValue:
        return render_template("account/address.html", wrong={})

    @pages.post("/address")
    @policies.signed_in(fresh=True, limit="reset")
    def change_address() -> ResponseReturnValue:
        try:
            with app.uow.transaction():
                to = app.address_desk.ask_change(current_user.user.id, request.form.get("email", ""))
        except Invalid as wrong:
            return render_template("account/address.html", wrong=wrong.fields), 422
        return _mailed(to)

    @pages.post("/confirmation")
    @policies.signed_in(limit="reset")
    def ask_confirmation() -> ResponseReturnValue:
        with app.uow.transaction():
            app.address_desk.ask_proof(current_user.user)
        return _mailed(current_user.user.email)

    @pages.post("/reset")
    @policies.signed_in(limit="reset")
    def ask_reset() -> ResponseReturnValue:
        with app.uow.transaction():
            app.password_desk.ask_reset(current_user.user.email)
        return _mailed(current_user.user.email)


def _mailed(to: str) -> ResponseReturnValue:
    flash(_("We sent a mail to %(address)s. Open the link in it within an hour.", address=to), "success")
    return redirect(url_for("sign_in_data.show"), 303)


def _page(wrong: dict[str, Any]) -> str:
    return render_template("account/sign_in_data.html", wrong=wrong, given=request.form)


def _wait(wait: TooMany, page: str) -> ResponseReturnValue:
    answer = answer_failure(wait)
    answer.set_data(page)
    answer.mimetype = "text/html"
    return answer
