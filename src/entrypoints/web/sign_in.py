"""The pages /login, /login/second, /login/again, /logout and /password; who fits what is decided elsewhere."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.accounts import User, Visit
from core.domain.kernel.errors import Forbidden, Invalid, TooMany
from entrypoints import policies
from entrypoints.container import App
from entrypoints.languages import LOCAL, N_
from entrypoints.proving import is_fresh
from entrypoints.signed_in import let_in
from entrypoints.web import halfway
from entrypoints.web.account.sign_in_data import change_password

WRONG = N_("This name and password do not fit together. Check both, then try again.")
NOT_YOURS = N_("This is not your password. Type it again.")
NO_CODE = N_("This code does not fit, or was used before. Wait for the next one, then type it.")
NO_RECOVERY = N_("This is none of the recovery codes you have left. Look for another one.")


def make_sign_in(app: App) -> Blueprint:
    """Return the pages by which people come in and go."""
    pages = Blueprint("sign_in", __name__)
    _add_second(pages, app)

    @pages.route("/login", methods=("GET", "POST"))
    @policies.anyone(limit="sign_in")
    def login() -> ResponseReturnValue:
        if current_user.is_authenticated:
            return redirect(_next(current_user.user), 303)
        return _sign_in(app) if request.method == "POST" else render_template("sign_in.html")

    @pages.route("/login/again", methods=("GET", "POST"))
    @policies.signed_in(half=True, limit="sign_in")
    def again() -> ResponseReturnValue:
        if request.method == "POST":
            return _prove(app)
        return _again(app) if _asks_for_code(app) or not is_fresh(app) else redirect(_next(current_user.user), 303)

    @pages.post("/logout")
    @policies.anyone
    def logout() -> ResponseReturnValue:
        return _sign_out(app)

    @pages.route("/password", methods=("GET", "POST"))
    @policies.signed_in(half=True, limit="sign_in")
    def password() -> ResponseReturnValue:
        return _choose(app) if request.method == "POST" else render_template("password.html", wrong={})

    return pages


def begin(app: App, user: User, *, remembered: bool, onward: str = "") -> ResponseReturnValue:
    """Go on with somebody who showed a first factor: they are asked for the second if they have one, else let in.

    A session that this browser had before ends. They come to where they wanted to go: `onward`, where it does not stand
    in this request as `next`.
    """
    _end_session(app)
    return _go_on(app, user, app.sign_in.welcome(user, _visit(remembered)), remembered=remembered, onward=onward)


def _add_second(pages: Blueprint, app: App) -> None:
    @pages.route("/login/second", methods=("GET", "POST"))
    @policies.anyone(limit="sign_in")
    def second() -> ResponseReturnValue:
        half = halfway.found(app)
        if half is None:
            flash(_("Begin with your password. It took too long, or you are signed in already."), "warning")
            return redirect(url_for("sign_in.login"), 303)
        return _take_second(app, half) if request.method == "POST" else render_template("sign_in_second.html")


def _take_second(app: App, half: halfway.Halfway) -> ResponseReturnValue:
    """Let somebody in who shows the second factor as well."""
    answer = request.form.get("code", "")[:64]
    try:
        fits = app.second_step.attempt(half.user.id, answer, address=_address())
    except TooMany as wait:
        return _wait(wait, render_template("sign_in_second.html", sentence=wait.sentence))
    if not fits:
        return render_template("sign_in_second.html", sentence=_no(answer)), 422
    token = app.sign_in.welcome(half.user, _visit(half.remembered), strong=True)
    return _go_on(app, half.user, token, remembered=half.remembered, onward=half.onward)


def _no(answer: str) -> str:
    return NO_CODE if "".join(answer.split()).isdigit() else NO_RECOVERY


def _visit(remembered: bool) -> Visit:
    return Visit(address=_address(), agent=str(request.user_agent), remembered=remembered)


def _go_on(app: App, user: User, token: str | None, *, remembered: bool, onward: str = "") -> ResponseReturnValue:
    """A session begins, and they come to where they wanted to go; without a token the second factor is next."""
    if token is None:
        halfway.note(app, user, remembered=remembered, onward=onward or _asked())
        return redirect(url_for("sign_in.second"), 303)
    let_in(user, token, remembered=remembered)
    return redirect(url_for("sign_in.password") if user.must_change_password else _next(user, onward), 303)


def _sign_in(app: App) -> ResponseReturnValue:
    """Let somebody in; the answer for somebody unknown is that for a wrong password."""
    who, password = request.form.get("email", ""), request.form.get("password", "")
    remembered = request.form.get("remember") == "yes"
    try:
        entered = (
            app.sign_in.enter(app.secrets, who, password, _visit(remembered)) if _is_whole(who, password) else None
        )
    except TooMany as wait:
        return _wait(wait, render_template("sign_in.html", email=who, remembered=remembered, sentence=wait.sentence))
    except Forbidden as suspended:
        return render_template("sign_in.html", email=who, remembered=remembered, sentence=suspended.sentence), 403
    if entered is None:
        return render_template("sign_in.html", email=who, remembered=remembered, sentence=WRONG), 422
    user, token = entered
    return _go_on(app, user, token, remembered=remembered)


def _is_whole(who: str, password: str) -> bool:
    """Whether both were typed, and can be asked about: PostgreSQL knows no text with a NUL in it."""
    return bool(who and password) and "\x00" not in who


def _prove(app: App) -> ResponseReturnValue:
    """Take it that they are who they are, for a while; the session goes on under a new token."""
    user, seen, code = current_user.user, current_user.seen, request.form.get("code", "")[:64]
    try:
        fits = _fits_again(app, user, code)
    except TooMany as wait:
        return _wait(wait, _again(app, wait.sentence))
    if not fits:
        return make_response(_again(app, _no(code) if code else NOT_YOURS), 422)
    with app.uow.transaction():
        token = app.session_desk.renew(current_user.token, strong=bool(code))
    let_in(user, token, remembered=seen.remembered)
    return redirect(_next(user), 303)


def _fits_again(app: App, user: User, code: str) -> bool:
    """Whether the code fits; or the password, where that is enough."""
    if code:
        return bool(app.second_step.attempt(user.id, code, address=_address()))
    is_enough = not _asks_for_code(app)
    password = request.form.get("password", "")
    if not is_enough or not password:
        return False
    return app.sign_in.attempt(app.secrets, user.email, password, address=_address()) is not None


def _again(app: App, sentence: str = "") -> str:
    with app.uow.reading():
        has_second = app.factor_desk.is_on(current_user.user)
    facts = {"has_second": has_second, "only_code": _asks_for_code(app), "sentence": sentence}
    return render_template("sign_in_again.html", **facts)


def _asks_for_code(app: App) -> bool:
    """Whether this session began with one factor, though there are two by now."""
    if current_user.seen is None or current_user.seen.strong:
        return False
    with app.uow.reading():
        return bool(app.factor_desk.is_on(current_user.user))


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


def _end_session(app: App) -> None:
    if current_user.is_authenticated:
        with app.uow.transaction():
            app.session_desk.close(current_user.token)


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
    change_password(app, user, form.get("old", ""), form.get("password", ""))


def _wait(wait: TooMany, page: str) -> ResponseReturnValue:
    answer = make_response(page, 429)
    answer.headers["Retry-After"] = str(wait.retry_after)
    return answer


def _address() -> str:
    return request.remote_addr or ""


def _asked() -> str:
    """Where the address line or the form says that they want to go."""
    return request.args.get("next") or request.form.get("next", "")


def _next(user: User, onward: str = "") -> str:
    """Where to go after signing in: a page of our own, whatever the address line asks for."""
    wanted = onward or _asked()
    return wanted if LOCAL.match(wanted) else "/admin/" if user.may_administer else "/"
