"""/account, what somebody shows of themselves; /@<username>, where everybody sees it; /avatars, their pictures."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.accounts import User
from core.domain.kernel.errors import Invalid, NotFound
from entrypoints import policies
from entrypoints.container import App
from entrypoints.languages import SPOKEN
from entrypoints.web.sizes import MB, takes

FIELDS = ("name", "bio", "location", "language", "zone")
LARGEST = 8 * MB
"""More than a picture may have, so that who sends one of 6 MB reads on the page why it is not taken."""
FOREVER = 365 * 24 * 3600
NOBODY = "Nobody here has this name. They may have changed it; ask them."


def make_profile(app: App) -> Blueprint:
    """Return the pages."""
    pages = Blueprint("profile", __name__)
    _add_own(pages, app)
    _add_picture(pages, app)
    _add_public(pages, app)
    return pages


def _add_own(pages: Blueprint, app: App) -> None:
    @pages.get("/account")
    @policies.signed_in()
    def show() -> str:
        return _page({}, current_user.user)

    @pages.post("/account")
    @policies.signed_in()
    def change() -> ResponseReturnValue:
        given = {name: request.form[name] for name in FIELDS if name in request.form}
        try:
            with app.uow.transaction():
                app.profiles.change(current_user.user.id, given)
        except Invalid as wrong:
            return _page(wrong.fields, given), 422
        flash(_("Your profile is changed."), "success")
        return redirect(url_for("profile.show"), 303)


def _add_picture(pages: Blueprint, app: App) -> None:
    @pages.post("/account/image")
    @policies.signed_in(limit="pictures")
    @takes(LARGEST)
    def put_picture() -> ResponseReturnValue:
        sent = request.files.get("image")
        try:
            app.pictures.change(current_user.user.id, sent.read() if sent else b"")
        except Invalid as wrong:
            return _page(wrong.fields, current_user.user), 422
        flash(_("Your picture is changed."), "success")
        return redirect(url_for("profile.show"), 303)

    @pages.post("/account/image/remove")
    @policies.signed_in()
    def remove_picture() -> ResponseReturnValue:
        app.pictures.remove(current_user.user.id)
        flash(_("Your picture is removed."), "success")
        return redirect(url_for("profile.show"), 303)


def _add_public(pages: Blueprint, app: App) -> None:
    @pages.get("/@<username>")
    @policies.anyone
    def person(username: str) -> ResponseReturnValue:
        with app.uow.reading():
            found: User | None = None if "\x00" in username else app.accounts.named(username)
        if found is None or not found.is_shown:
            raise NotFound(NOBODY)
        if found.username != username:
            return redirect(url_for("profile.person", username=found.username), 301)
        return render_template("person.html", person=found)

    @pages.get("/avatars/<name>")
    @policies.anyone
    def avatar(name: str) -> Response:
        answer = send_file(app.album.open(name), "image/webp", max_age=FOREVER)
        answer.headers["Cache-Control"] = f"public, max-age={FOREVER}, immutable"
        return answer


def _page(wrong: dict[str, Any], given: Any) -> str:
    return render_template("account/profile.html", wrong=wrong, given=given, zones=_zones(), tongues=SPOKEN)


@cache
def _zones() -> tuple[str, ...]:
    """The time zones that have a name people know: Area/City, and UTC."""
    return tuple(sorted(zone for zone in available_timezones() if ("/" in zone and zone[:3] != "Etc") or zone == "UTC"))
