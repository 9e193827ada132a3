"""Who may call a route: each route says it (`@policies.signed_in()` below its route decorator), and that is held before
the view runs; it knows no route, no page and no record.

Views of Flask-Admin stand behind the panel's gate and the roles of their records instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from core.domain.kernel.errors import Forbidden, Unauthenticated
from entrypoints.container import App

View = TypeVar("View", bound=Callable[..., Any])
SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Who may call a route.

    `who`: anyone; key holder (the view itself asks for a signed key, or for the owner); or signed in. `permission` is
    what their role must hold, like users.suspend. `fresh`: who they are must have been shown lately, in this browser.
    `scope` is what an access token must allow; without one no token opens the route. `half`: it also opens to whoever
    must change their password before anything else.
    """

    who: str = "signed in"
    permission: str = ""
    fresh: bool = False
    scope: str = ""
    half: bool = False


ANYONE, KEY_HOLDER = Policy(who="anyone"), Policy(who="key holder")


def anyone(view: View) -> View:
    """Open to everybody."""
    return _declare(ANYONE)(view)


def key_holder(view: View) -> View:
    """Open to who holds a signed key or owns what it opens; the view answers 404 to everyone else."""
    return _declare(KEY_HOLDER)(view)


def signed_in(**how: Any) -> Callable[[View], View]:
    """Open to who is signed in; `how` is what `Policy` takes. A foreign object answers 404, which is for the view."""
    return _declare(Policy(**how))


def guard(app: App, site: Flask) -> None:
    """Hold every declared policy before its view runs."""

    @site.before_request
    def hold() -> ResponseReturnValue | None:
        policy = of(site, request.endpoint)
        return None if policy is None or policy.who != "signed in" else _admit(app, policy)


def of(site: Flask, endpoint: str | None) -> Policy | None:
    """Return what a route declares, or None."""
    return getattr(site.view_functions.get(endpoint or ""), "__policy__", None)


def _declare(policy: Policy) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.__policy__ = policy  # type: ignore[attr-defined]
        return view

    return mark


def _admit(app: App, policy: Policy) -> ResponseReturnValue | None:
    """Let the visitor through (None), lead them to where they can become somebody who may, or raise `Forbidden`."""
    if not current_user.is_authenticated:
        return _lead_to("sign_in.login")
    if current_user.user.must_change_password and not policy.half:
        return _lead_to("sign_in.password")
    if current_user.scopes is not None and (not policy.scope or policy.scope not in current_user.scopes):
        wanted = f"It needs the scope {policy.scope}." if policy.scope else "No access token opens it; sign in."
        raise Forbidden(f"This token may not do that. {wanted}")
    return None


def _lead_to(endpoint: str) -> ResponseReturnValue:
    """The page where a browser goes on from, and then comes back here; a program is told instead."""
    if request.path.startswith("/api/"):
        raise Unauthenticated("Sign in, or send an access token: Authorization: Bearer <token>.")
    came_from = request.full_path.rstrip("?") if request.method in SAFE else None
    return redirect(url_for(endpoint, next=came_from), 303)
