"""What stands before the panel: who may enter and what they may open there, and the answer for who may not."""

from __future__ import annotations

from flask import Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.kernel.errors import Forbidden
from entrypoints import policies
from entrypoints.container import App
from entrypoints.languages import N_
from entrypoints.proving import ask_for_both, lacks_a_factor

SILENT = "Nobody said who may open this page of the panel, so nobody may."


def put_up(app: App, site: Flask) -> None:
    """Close everything under /admin to who may not enter, whoever registers it, and each page by its policy."""

    @site.before_request
    def guard_the_panel() -> ResponseReturnValue | None:
        return turned_away() or _held(app, site) if is_inside() else None


def is_inside() -> bool:
    """Whether this request is for the panel."""
    return request.path == "/admin" or request.path.startswith("/admin/")


def may_enter() -> bool:
    """Whether the panel opens to the visitor of this request."""
    visitor = current_user._get_current_object()  # the menu asks for each of its items
    return bool(
        visitor.is_authenticated
        and visitor.may_administer
        and not visitor.user.must_change_password
        and not lacks_a_factor(_app())
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
    return ask_for_both(_app())


def _app() -> App:
    app: App = current_app.extensions["enginebay"]
    return app


def _held(app: App, site: Flask) -> ResponseReturnValue | None:
    """Hold the policy of a page; an address that does not exist is for the site to answer."""
    if request.endpoint is None:
        return None
    policy = policies.of(site, request.endpoint)
    try:
        if policy is None:
            raise Forbidden(SILENT)
        return policies.admit(app, policy)
    except Forbidden as refused:
        title = N_("That did not work")
        return render_template("panel/refused.html", sentence=refused.sentence, title=title), 403
