"""Asking once more who somebody is, before what is dangerous; it knows where that is asked, and by no page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.kernel.errors import Forbidden

if TYPE_CHECKING:
    from entrypoints.container import App

SAFE = ("GET", "HEAD", "OPTIONS")


def is_fresh(app: App) -> bool:
    """Whether this visitor showed lately who they are, in this browser; a form may be sent some minutes later yet."""
    seen = current_user.seen
    return seen is not None and app.session_desk.is_fresh(seen, sends=request.method not in SAFE)


def ask_again(app: App) -> ResponseReturnValue | None:
    """None where who they are was shown lately; else the way to where it is asked again, and from there back here.

    What was sent is not done, and never done later by itself: they come back to the form.
    """
    if is_fresh(app):
        return None
    if current_user.seen is None or request.path.startswith("/api/"):
        raise Forbidden("This needs a sign-in of the last 15 minutes. Sign in again in a browser, then try again.")
    if request.method not in SAFE:
        flash(_("Nothing was done yet: first show that it is you, then do it again."), "warning")
    return redirect(url_for("sign_in.again", next=_form()), 303)


def lacks_a_factor(app: App) -> bool:
    """Whether two factors are wanted of who administers, and this session began with one."""
    wants: bool = app.settings.panel_wants_two_factors and current_user.may_administer
    return wants and (current_user.seen is None or not current_user.seen.strong)


def ask_for_both(app: App) -> ResponseReturnValue | None:
    """None where nothing lacks; else the way to where the second factor is shown, or set up by who has none."""
    if not lacks_a_factor(app):
        return None
    if request.path.startswith("/api/"):
        raise Forbidden("Your role needs two factors for this. Sign in with both, then try again.")
    with app.uow.reading():
        is_on = app.factor_desk.is_on(current_user.user)
    if is_on:
        return redirect(url_for("sign_in.again", next=_form()), 303)
    flash(_("The admin panel opens to you once two factors are on."), "warning")
    return redirect(url_for("two_factors.show"), 303)


def _form() -> str | None:
    """The page to come back to: this one, or the one that a form stood on (who leads there looks at it again)."""
    if request.method in SAFE:
        return request.full_path.rstrip("?")
    where = urlsplit(request.referrer or "")
    back = f"{where.path}?{where.query}" if where.query else where.path
    return back if where.netloc == request.host else None
