"""What stands before the panel: who may enter, and the answer for who may not."""

from __future__ import annotations

from flask import Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user


def put_up(site: Flask) -> None:
    """Close everything under /admin to who may not enter, whoever registers it."""

    @site.before_request
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
