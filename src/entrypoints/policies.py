"""Who may call a route, and how often: each route says it (`@policies.signed_in()` below its route decorator), and that
is held before the view runs; it knows no route, no page and no record. A site with a route that says nothing does not
start.

Views of Flask-Admin say which permission each of their pages needs (`policy_of`, or `@policies.panel`), and the panel's
gate holds it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from core.domain.kernel.errors import Forbidden, OutOfScope, TooMany, Unauthenticated
from entrypoints.counting import count, tell
from entrypoints.proving import ask_again, ask_for_both
from entrypoints.roles import declared as declared_permissions

if TYPE_CHECKING:
    from entrypoints.container import App

View = TypeVar("View", bound=Callable[..., Any])
SAFE = ("GET", "HEAD", "OPTIONS")
API, WRITE = "api", "write"
"""What is counted where a route names no limit of its own: every request to the API, and all that changes something."""
OPEN = "open"
"""What requests are counted as where nobody is held up, for bad tokens neither."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Who may call a route.

    `who`: anyone; key holder (the view itself asks for a signed key, or for the owner); signed in; or panel (who may
    enter it). `permission` is what their role must hold, like users.suspend. `fresh`: who they are must have been shown
    lately, in this browser; of a token only its scope is asked. `both`: of who administers both factors are asked, as
    for any permission (by an access token they were asked when it was made). `scope` is what a token must allow;
    without one no token opens the route. `half`: it also opens to whoever must change their password first. `limit` is
    what its requests are counted as: one of `Limiter.knows`. On pages only those that change something are.
    `by_token`: a browser's session counts for nothing here. `heeds_tokens`: not where people sign in and up, whose
    client may still send one that has ended. `forgives`: what has not even the form of a token is as none.
    """

    who: str = "signed in"
    permission: str = ""
    fresh: bool = False
    both: bool = False
    scope: str = ""
    half: bool = False
    limit: str = ""
    by_token: bool = False
    heeds_tokens: bool = True
    forgives: bool = False


ANYONE, KEY_HOLDER, PANEL = Policy(who="anyone"), Policy(who="key holder"), Policy(who="panel")


def anyone(view: Any = None, **how: Any) -> Any:
    """Open to everybody; `how` is what `Policy` takes."""
    mark = _declare(Policy(who=ANYONE.who, **how))
    return mark if view is None else mark(view)


def key_holder(view: Any = None, *, limit: str = "") -> Any:
    """Open to who holds a signed key or owns what it opens; the view answers 404 to everyone else."""
    mark = _declare(Policy(who=KEY_HOLDER.who, limit=limit))
    return mark if view is None else mark(view)


def signed_in(**how: Any) -> Callable[[View], View]:
    """Open to who is signed in; `how` is what `Policy` takes. A foreign object answers 404, which is for the view."""
    return _declare(Policy(**how))


def panel(permission: str = "", **how: Any) -> Callable[[View], View]:
    """Open to who may enter the panel and has this permission; below Flask-Admin's `expose`."""
    return _declare(Policy(who="panel", permission=permission, **how))


def scoped(who: str, scope: str, *, limit: str = "") -> Callable[[View], View]:
    """Open as `who` says, like "anyone"; but a token, which makes it somebody's, must allow `scope`."""
    return _declare(Policy(who=who, scope=scope, limit=limit))


def held_up(page: Callable[[TooMany], ResponseReturnValue]) -> Callable[[View], View]:
    """Have `page` answer who is held up by the limit, instead of an error page: a form, with what was typed in it."""

    def mark(view: View) -> View:
        view.__held_up__ = page  # type: ignore[attr-defined]
        return view

    return mark


def guard(app: App, site: Flask) -> None:
    """Hold every declared policy before its view runs; who may enter the panel is for its gate to hold."""
    site.after_request(tell)

    @site.before_request
    def hold() -> ResponseReturnValue | None:
        app.roles.look_again()
        policy = of(site, request.endpoint)
        if policy is None:
            return None
        held = _count(app, site, policy)
        if held is not None or policy.who == "panel":
            return held
        if policy.who == "signed in":
            return admit(app, policy)
        return _confine(policy) if policy.scope else None


def of(site: Flask, endpoint: str | None) -> Policy | None:
    """Return what a route declares, or None. Static files are anyone's, whoever brings them."""
    if endpoint is not None and endpoint.rpartition(".")[2] == "static":
        return ANYONE
    view = site.view_functions.get(endpoint or "")
    told: Policy | None = getattr(view, "__policy__", None)
    desk = getattr(view, "__self__", None)
    return desk.policy_of(view.__name__) if told is None and view and hasattr(desk, "policy_of") else told


def check(app: App, site: Flask) -> None:
    """Raise `RuntimeError` naming every route that declares no policy, or a permission that nobody declares."""
    declared = {rule.endpoint: of(site, rule.endpoint) for rule in site.url_map.iter_rules()}
    silent = [rule for rule in site.url_map.iter_rules() if declared[rule.endpoint] is None]
    if silent:
        named = ", ".join(f"{rule.rule} ({rule.endpoint})" for rule in silent)
        raise RuntimeError(
            f"Nobody said who may call {named}. Write a policy directly below the route's decorator: @policies.anyone, "
            "@policies.key_holder, @policies.signed_in(…) or @policies.panel(…); see entrypoints/policies.py."
        )
    _check_limits(app, declared)
    asked = {policy.permission: endpoint for endpoint, policy in declared.items() if policy and policy.permission}
    for name in asked.keys() - (declared_permissions(app).keys() if asked else set()):
        raise RuntimeError(
            f"{asked[name]} asks for the permission {name}, which nobody declares. Declare it beside its service and "
            "name it in PERMISSIONS of its module, or correct the name; `flask policies` lists those there are."
        )


def _check_limits(app: App, declared: Mapping[str, Policy | None]) -> None:
    for endpoint, policy in declared.items():
        if policy is not None and policy.limit and not app.limiter.knows(policy.limit):
            raise RuntimeError(
                f"{endpoint} is counted as {policy.limit!r}, of which nobody said how many are let through. Say it in "
                "adapters/limits.py, or correct the name."
            )


def admit(app: App, policy: Policy) -> ResponseReturnValue | None:
    """Let the visitor through (None), lead them to where they can become somebody who may, or raise `Forbidden`."""
    visitor: Any = current_user._get_current_object()  # past the proxy, which looks anew each time
    if not visitor.is_authenticated or (policy.by_token and visitor.bearer is None):
        return _lead_to("sign_in.login")
    if visitor.user.must_change_password and not policy.half:
        return _lead_to("sign_in.password")
    _confine(policy)
    if policy.permission:
        app.roles.permit(visitor.role, policy.permission)
    if visitor.bearer is not None and visitor.bearer.id:
        return None
    wants_both = policy.permission or policy.both
    return (ask_for_both(app) if wants_both else None) or (ask_again(app) if policy.fresh else None)


def _count(app: App, site: Flask, policy: Policy) -> ResponseReturnValue | None:
    """Count this request; return the view's answer to who is held up, if it has one. Raises `TooMany`."""
    usual = API if request.path.startswith("/api/") else "" if request.method in SAFE else WRITE
    try:
        if usual:
            count(app, policy.limit or usual)
    except TooMany as wait:
        page = getattr(site.view_functions[request.endpoint or ""], "__held_up__", None)
        if page is None:
            raise
        answer: ResponseReturnValue = page(wait)
        return answer
    return None


def _confine(policy: Policy) -> None:
    """Raise `OutOfScope` for a token that does not allow this; sessions are not limited."""
    scopes = getattr(current_user, "scopes", None)
    if scopes is not None and (not policy.scope or policy.scope not in scopes):
        wanted = f"It needs the scope {policy.scope}." if policy.scope else "No access token opens it; sign in."
        raise OutOfScope(f"This token may not do that. {wanted}", policy.scope)


def _declare(policy: Policy) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.__policy__ = policy  # type: ignore[attr-defined]
        return view

    return mark


def _lead_to(endpoint: str) -> ResponseReturnValue:
    """The page where a browser goes on from, and then comes back here; a program is told instead."""
    if request.path.startswith("/api/") and endpoint == "sign_in.password":
        raise Forbidden("Choose a password of your own first: sign in at /login with the one that you were given.")
    if request.path.startswith("/api/"):
        raise Unauthenticated("Sign in, or send an access token: Authorization: Bearer <token>.")
    came_from = request.full_path.rstrip("?") if request.method in SAFE else None
    return redirect(url_for(endpoint, next=came_from), 303)
