"""/api/users and /api/user: an account at once, a token for a password, and what people change of themselves."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from flask_login import current_user

from core.domain.accounts import User
from core.domain.accounts.sign_in_data import known_as
from core.domain.kernel.errors import Forbidden, Invalid, OutOfScope
from entrypoints import policies
from entrypoints.callers import shown_token
from entrypoints.container import App
from entrypoints.web.conduit.routes import Doors, Refused, envelope, filled, filled_if_given, on
from entrypoints.web.conduit.shapes import shaped, user_shape
from entrypoints.web.portraits import picture_of

ON_THE_SITE = (
    "This account asks for more than its password: a second factor, or a password of its owner's own. Sign in on the "
    "site, and make an access token in the account there."
)
KEPT_APART = "An access token changes neither the address nor the password. Sign in with the password."


def add_people(pages: Blueprint, app: App, doors: Doors) -> None:
    """Put the routes on the API."""

    @on(pages, "POST", "/users")
    @policies.anyone(limit=doors.sign_up, heeds_tokens=False)
    def register() -> Response:
        given = envelope("user")
        filled(given, "username", "email", "password")
        newcomer = app.conduit_sign_up.prepare(
            email=given["email"], username=given["username"], name=given["username"], password=given["password"]
        )
        with app.uow.transaction():
            user = app.conduit_sign_up.admit(newcomer)
        return shaped(user_shape(app, user, app.passes.give(user)), 201)

    @on(pages, "POST", "/users/login")
    @policies.anyone(limit=doors.sign_in, heeds_tokens=False)
    def log_in() -> Response:
        given = envelope("user")
        filled(given, "email", "password")
        user = _signed_in(app, given["email"], given["password"])
        return shaped(user_shape(app, user, app.passes.give(user)))

    @on(pages, "GET", "/user")
    @policies.signed_in(scope="me.read", by_token=True, limit=doors.all)
    def show_user() -> Response:
        return shaped(user_shape(app, current_user.user, shown_token() or ""))

    @on(pages, "PUT", "/user")
    @policies.signed_in(scope="me.write", by_token=True, limit=doors.all)
    def change_user() -> Response:
        return shaped(user_shape(app, *_changed(app, current_user.user, envelope("user"))))


def _signed_in(app: App, email: str, password: str) -> User:
    """Who fits these, if a password is all that their account asks for."""
    found = None
    if "\x00" not in email:
        found = app.sign_in.attempt(app.secrets, email, password, address=request.remote_addr or "")
    if found is None:
        raise Refused(401, "credentials", "invalid")
    user: User = found
    with app.uow.transaction():
        if app.factor_desk.is_on(user) or user.must_change_password:
            raise Forbidden(ON_THE_SITE)
        app.guard.let_in(user)
    return user


def _changed(app: App, user: User, given: dict[str, Any]) -> tuple[User, str]:
    """The user with what was given, and the token to go on with: the one that was shown lives on, also where it has
    just changed the password, which ends every other."""
    names, profile, token = filled_if_given(given, "username", "email"), _profile(app, user, given), shown_token() or ""
    password = given.get("password") or ""
    if not isinstance(password, str):
        raise Invalid({"password": "The password must be text."})
    is_moved = names.get("email", user.email).strip().lower() != user.email.lower()
    if current_user.bearer.id and (password or is_moved):
        raise OutOfScope(KEPT_APART, "")
    encoded = app.conduit_passwords.made(password, known_as(user)) if password else None
    with app.uow.transaction():
        changed: User = app.profiles.change(user.id, profile)
        _rename(app, changed, names.get("username", user.username).strip())
        if is_moved:
            app.address_desk.replace(user.id, names["email"])
        if encoded is not None:
            app.password_desk.change(user, encoded)
            app.passes.keep(changed, token)
            token = app.passes.give(changed)
    if changed.image != user.image:
        app.album.drop(user.image)
    return changed, token


def _profile(app: App, user: User, given: dict[str, Any]) -> dict[str, Any]:
    """What is said of oneself: null is nothing. Our own file's address, as it was read here, leaves that file be."""
    profile = {name: "" if given[name] is None else given[name] for name in ("bio", "image") if name in given}
    if profile.get("image", "") == picture_of(app, user):
        del profile["image"]
    return profile


def _rename(app: App, user: User, username: str) -> None:
    """Change the username, and with it the name of who has no other."""
    if username == user.username:
        return
    is_named_alike = user.name == user.username
    app.address_desk.rename(user.id, username)
    if is_named_alike:
        app.profiles.change(user.id, {"name": username})
