"""The pages /login, /logout and /password; who fits which password is decided elsewhere."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.accounts import User
from core.domain.kernel.errors import Invalid, TooMany
from entrypoints import policies
from entrypoints.container import App
from entrypoints.languages import LOCAL, N_
from entrypoints.signed_in import let_in

WRONG = N_("This name and password do not fit together. Check both, then try again.")


def make_sign_in(app: App) -> Blueprint:
    """Return the pages by which people come in and go."""
    pages = Blueprint("sign_in", __name__)

    @pages.route("/login", methods=("GET", "POST"))
    @policies.anyone
    def login() -> ResponseReturnValue:
        if current_user.is_authenticated:
            return redirect(_next(current_user.user), 303)
        return _sign_in(app) if request.method == "POST" else render_template("sign_in.html")

    @pages.post("/logout")
    @policies.anyone
    def logout() -> ResponseReturnValue:
        return _sign_out(app)

    @pages.route("/password", methods=("GET", "POST"))
    @policies.signed_in(half=True)
    def password() -> ResponseReturnValue:
        return _choose(app) if request.method == "POST" else render_template("password.html", wrong={})

    return pages


def begin(app: App, user: User, *, remembered: bool, onward: str = "") -> ResponseReturnValue:
    """Go on with somebody who showed who they are: a session begins, and they come to where they wanted to go.

    `onward` is that place, where it does not stand in this request as `next`.
    """
    token = app.sign_in.welcome(user, address=_address(), agent=str(request.user_agent), remembered=remembered)
    let_in(user, token, remembered=remembered)
    return redirect(url_for("sign_in.password") if user.must_change_password else _next(user, onward), 303)


def _sign_in(app: App) -> ResponseReturnValue:
    """Let somebody in; the answer for somebody unknown is that for a wrong password."""
    who, password = request.form.get("email", ""), request.form.get("password", "")
    try:
        user = _attempt(app, who, password)
    except TooMany as wait:
        return _wait(wait, render_template("sign_in.html", email=who, sentence=wait.sentence))
    if user is None:
        return render_template("sign_in.html", email=who, sentence=WRONG), 422
    return begin(app, user, remembered=True)


def _attempt(app: App, who: str, password: str) -> User | None:
    if not who or not password or "\x00" in who:
        return None
    found: User | None = app.sign_in.attempt(app.secrets, who, password, address=_address())
    return found


def _sign_out(app: App) -> ResponseReturnValue:
    """End this browser's session."""
    if current_user.is_authenticated:
        with app.uow.transaction():
            app.session_desk.close(current_user.token)
            user = current_user.user
            app.audit.note("signed out", "user", user.id, label=str(user))
    session.clear()
    flash(_("You are signed out."), "success")
    return redirect(url_for("sign_in.login"), 303)


def _choose(app: App) -> ResponseReturnValue:
    """Change the password: every session ends, and a new one begins here."""
    try:
        _change(app, current_user.user)
    except TooMany as wait:
        return _wait(wait, render_template("password.html", wrong={"old": wait.sentence}))
    except Invalid as invalid:
        return render_template("password.html", wrong=invalid.fields), 422
    flash(_("Your password is changed. Every other browser was signed out."), "success")
    return redirect(_next(current_user.user), 303)


def _change(app: App, user: User) -> None:
    form = request.form
    if form.get("password") != form.get("again"):
        raise Invalid({"again": _("The two new passwords are not the same. Type both again.")})
    with app.uow.transaction():
        app.guard.admit(user.email, _address())
    made = app.password_desk.prepare(user, form.get("old", ""), form.get("password", ""))
    with app.uow.transaction():
        changed = app.password_desk.change(user, made)
        app.guard.succeeded(changed, _address())
        token = app.session_desk.open(changed, _address(), str(request.user_agent))
    let_in(changed, token)


def _wait(wait: TooMany, page: str) -> ResponseReturnValue:
    answer = make_response(page, 429)
    answer.headers["Retry-After"] = str(wait.retry_after)
    return answer


def _address() -> str:
    return request.remote_addr or ""


def _next(user: User, onward: str = "") -> str:
    """Where to go after signing in: a page of our own, whatever the address line asks for."""
    wanted = onward or request.values.get("next", "")
    return wanted if LOCAL.match(wanted) else "/admin/" if user.may_administer else "/"
