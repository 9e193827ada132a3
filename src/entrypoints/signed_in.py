"""Who is signed in on this request, and what the audit should name; it looks at no password."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Flask, Response, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user

from core.domain.accounts import Bearer, Session, User, of_passes
from core.domain.audit import Actor
from core.domain.kernel.errors import FormlessToken
from entrypoints import boundary, callers, policies
from entrypoints.container import App


class Visitor(UserMixin):  # type: ignore[misc]
    """A signed-in user, as Flask-Login wants it: its id is the session's random token, never the user's id.

    `seen` is the browser's session. `scopes` is what an access token allows; None where everything the user may do is.
    `bearer` is that token; who shows one has no session.
    """

    def __init__(self, user: User, token: str, seen: Session | None = None, bearer: Bearer | None = None):
        self.user, self.token, self.seen, self.bearer = user, token, seen, bearer
        self.scopes = bearer.scopes if bearer is not None else None
        self.name, self.email, self.role, self.may_administer = user.name, user.email, user.role, user.may_administer

    def get_id(self) -> str:
        return self.token


class Logins(LoginManager):  # type: ignore[misc]
    """Flask-Login, but for its own cookie: who is remembered has a longer session, so none is to be looked for; and but
    for its protection: the session lives on the server, and a changed address is no reason to end it."""

    def init_app(self, app: Flask, add_context_processor: bool = True) -> None:
        super().init_app(app, add_context_processor)
        self.session_protection, self._session_identifier_generator = None, str

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


def recognise_visitors(app: App, site: Flask) -> None:
    """Teach a site to know its visitors and to name them as actors."""
    manager = Logins(site)

    @manager.user_loader  # type: ignore[untyped-decorator]
    def visitor(token: str) -> Visitor | None:
        return _recognise(app, token)

    @site.before_request
    def name_the_actor() -> None:
        shown = _bearer(app, site) if callers.shown_token() else None
        if shown is not None:
            g._login_user = _holder(app, shown)  # a cookie that comes along is not even read
        boundary.actor.set(_actor(site))


def _bearer(app: App, site: Flask) -> Bearer | None:
    """Who shows a token, if one counts on this route."""
    policy = policies.of(site, request.endpoint)
    if policy is not None and not policy.heeds_tokens:
        return None
    is_open = policy is not None and policy.limit == policies.OPEN
    try:
        return callers.bearer(app, policies.OPEN if is_open else "token")
    except FormlessToken:
        if policy is None or not policy.forgives:
            raise
        return None


def let_in(user: User, token: str, *, remembered: bool = True) -> None:
    """Begin a new browser session for a user; nothing of the one before is kept."""
    session.clear()
    session.permanent = remembered
    login_user(Visitor(user, token))


def _holder(app: App, shown: Bearer) -> Visitor:
    """Who shows a token; a pass, for which nobody chose scopes, allows what is not kept apart."""
    scopes = of_passes(app.scopes) if shown.scopes is None else shown.scopes
    return Visitor(shown.user, "", bearer=replace(shown, scopes=scopes))


def _recognise(app: App, token: str) -> Visitor | None:
    with app.uow.reading():
        found = app.session_desk.recognise(token)
    if found is None:
        return None
    user, seen = found
    if app.session_desk.is_worth_a_touch(seen):
        with app.uow.transaction():
            app.session_desk.touch(token, request.remote_addr or "")
    return Visitor(user, token, seen)


def _actor(site: Flask) -> Actor:
    """Who acts in this request; a browser without our cookie costs no look at the database."""
    where: dict[str, Any] = {"address": request.remote_addr or "", "request_id": boundary.request_id.get()}
    if (shown := getattr(g.get("_login_user"), "bearer", None)) is not None:
        return Actor(id=shown.user.id, name=str(shown), **where)
    if site.config["SESSION_COOKIE_NAME"] not in request.cookies or not current_user.is_authenticated:
        return Actor(id="anonymous", name="somebody not signed in", **where)
    return Actor(id=current_user.user.id, name=str(current_user.user), **where)
