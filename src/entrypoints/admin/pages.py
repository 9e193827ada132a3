"""The pages /login, /logout and /password; who fits which password is decided elsewhere."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.accounts import User
from core.domain.kernel.errors import Invalid, TooMany
from entrypoints.container import App
from entrypoints.languages import LOCAL, N_
from entrypoints.signed_in import let_in

WRONG = N_("E-mail address and password do not fit together. Check both, then try again.")


def make(app: App) -> Blueprint:
    """Return the pages by which people come in and go."""
    pages = Blueprint("sign_in", __name__)
    desk = _Desk(app)
    pages.add_url_rule("/login", "login", desk.login, methods=("GET", "POST"))
    pages.add_url_rule("/logout", "logout", desk.logout, methods=("POST",))
    pages.add_url_rule("/password", "password", desk.password, methods=("GET", "POST"))

    @pages.after_request
    def keep_private(response):  # type: ignore[no-untyped-def]
        response.headers["Cache-Control"] = "no-store"
        return response

    return pages


class _Desk:
    def __init__(self, app: App) -> None:
        self._app = app

    def login(self) -> ResponseReturnValue:
        """Show the form, or let somebody in; the answer for an unknown address is that for a wrong password."""
        if current_user.is_authenticated:
            return redirect(_next(current_user.user), 303)
        if request.method == "GET":
            return render_template("panel/sign_in.html")
        email, password = request.form.get("email", ""), request.form.get("password", "")
        try:
            token = self._attempt(email, password)
        except TooMany as wait:
            page = render_template("panel/sign_in.html", email=email, sentence=wait.sentence)
            return page, 429, {"Retry-After": str(wait.retry_after)}
        if token is None:
            return render_template("panel/sign_in.html", email=email, sentence=WRONG), 422
        return self._welcome(token)

    def logout(self) -> ResponseReturnValue:
        """End this browser's session."""
        if current_user.is_authenticated:
            with self._app.uow.transaction():
                self._app.session_desk.close(current_user.token)
                user = current_user.user
                self._app.audit.note("signed out", "user", user.id, label=str(user))
        session.clear()
        flash(_("You are signed out."), "success")
        return redirect(url_for("sign_in.login"), 303)

    def password(self) -> ResponseReturnValue:
        """Show the form, or change the password: every session ends, and a new one begins here."""
        if not current_user.is_authenticated:
            return redirect(url_for("sign_in.login", next=url_for("sign_in.password")), 303)
        if request.method == "GET":
            return render_template("panel/password.html", wrong={})
        try:
            self._change(current_user.user)
        except TooMany as wait:
            page = render_template("panel/password.html", wrong={"old": wait.sentence})
            return page, 429, {"Retry-After": str(wait.retry_after)}
        except Invalid as invalid:
            return render_template("panel/password.html", wrong=invalid.fields), 422
        flash(_("Your password is changed. Every other browser was signed out."), "success")
        return redirect(_next(current_user.user), 303)

    def _attempt(self, email: str, password: str) -> str | None:
        if not email or not password or "\x00" in email:
            return None
        found: str | None = self._app.sign_in.attempt(
            self._app.secrets, email, password, address=_address(), agent=str(request.user_agent)
        )
        return found

    def _welcome(self, token: str) -> ResponseReturnValue:
        with self._app.uow.reading():
            user = self._app.session_desk.user(token)
        let_in(user, token)
        return redirect(url_for("sign_in.password") if user.must_change_password else _next(user), 303)

    def _change(self, user: User) -> None:
        app, form = self._app, request.form
        if form.get("password") != form.get("again"):
            raise Invalid({"again": _("The two new passwords are not the same. Type both again.")})
        with app.uow.transaction():
            app.guard.admit(user.email, _address())
        with app.uow.transaction():
            changed = app.accounts.change_own_password(user.id, form.get("old", ""), form.get("password", ""))
            app.audit.note("changed the password", "user", user.id, label=str(user))
            app.guard.succeeded(changed, user.email, _address())
            token = app.session_desk.open(changed, _address(), str(request.user_agent))
        let_in(changed, token)


def _address() -> str:
    return request.remote_addr or ""


def _next(user: User) -> str:
    """Where to go after signing in: a page of our own, whatever the address line asks for."""
    wanted = request.values.get("next", "")
    return wanted if LOCAL.match(wanted) else url_for("admin.index") if user.may_administer else "/"
