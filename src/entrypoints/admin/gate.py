"""Who is signed in, what they may enter, and who the audit should name; it looks at cookies, never at passwords."""

from __future__ import annotations

from typing import Any

from flask import Flask, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin, current_user, login_user

from core.domain.accounts import User
from core.domain.audit import Actor
from entrypoints import boundary
from entrypoints.container import App


class Visitor(UserMixin):  # type: ignore[misc]
    """A signed-in user, as Flask-Login wants it: its id is the session's random token, never the user's id."""

    def __init__(self, user: User, token: str) -> None:
        self.user, self.token = user, token
        self.name, self.email, self.role, self.may_administer = user.name, user.email, user.role, user.may_administer

    def get_id(self) -> str:
        return self.token


def put_up(app: App, flask_app: Flask) -> None:
    """Teach a Flask app to know its visitors, and close everything under /admin to who may not enter."""
    manager = LoginManager(flask_app)
    manager.session_protection = None  # the session lives on the server; a changed address is no reason to end it

    @manager.user_loader  # type: ignore[untyped-decorator]
    def visitor(token: str) -> Visitor | None:
        return _recognise(app, token)

    @flask_app.before_request
    def name_the_actor() -> None:
        boundary.actor.set(_actor(flask_app))

    @flask_app.before_request
    def guard_the_panel() -> ResponseReturnValue | None:
        inside = request.path == "/admin" or request.path.startswith("/admin/")
        return turned_away() if inside else None


def may_enter() -> bool:
    """Whether the panel opens to the visitor of this request."""
    return bool(
        current_user.is_authenticated and current_user.may_administer and not current_user.user.must_change_password
    )


def turned_away() -> ResponseReturnValue | None:
    """Return the answer for who may not enter the panel, or None for who may."""
    if not current_user.is_authenticated:
        came_from = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("sign_in.login", next=came_from), 303)
    if current_user.user.must_change_password:
        return redirect(url_for("sign_in.password"), 303)
    if not current_user.may_administer:
        sentence = _("Your account may not open the admin panel. Ask an administrator for the role if you need it.")
        return render_template("panel/refused.html", sentence=sentence, title=_("For staff only")), 403
    return None


def let_in(user: User, token: str) -> None:
    """Begin a new browser session for a user; nothing of the one before is kept."""
    session.clear()
    session.permanent = True
    login_user(Visitor(user, token))


def _recognise(app: App, token: str) -> Visitor | None:
    with app.uow.reading():
        found = app.session_desk.recognise(token)
    if found is None:
        return None
    user, seen = found
    if app.session_desk.is_worth_a_touch(seen):
        with app.uow.transaction():
            app.session_desk.touch(token)
    return Visitor(user, token)


def _actor(flask_app: Flask) -> Actor:
    """Who acts in this request; a browser without our cookie costs no look at the database."""
    where: dict[str, Any] = {"address": request.remote_addr or "", "request_id": boundary.request_id.get()}
    if flask_app.config["SESSION_COOKIE_NAME"] not in request.cookies or not current_user.is_authenticated:
        return Actor(id="anonymous", name="somebody not signed in", **where)
    return Actor(id=current_user.user.id, name=str(current_user.user), **where)
