"""The bell and what it rang for, for who is signed in, and the way out of mails for who holds its link."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.kernel.errors import NotFound
from core.domain.kernel.ids import is_id
from core.ports.stationery import Channel
from entrypoints import policies
from entrypoints.container import App
from entrypoints.languages import N_
from entrypoints.web.account import Tab
from entrypoints.web.notices.preferences import add_preferences

TAB = Tab("/account/notifications", N_("Notifications"), 70)
PAGE = 20


def make_pages(app: App) -> Blueprint:
    """Return the pages of the bell, and those on which one chooses how it rings."""
    pages = Blueprint("notices", __name__)

    @pages.app_context_processor
    def bell() -> dict[str, Any]:
        return {"bell": lambda: _unread(app)}

    _add_looking(pages, app)
    _add_reading(pages, app)
    _add_way_out(pages, app)
    add_preferences(pages, app)
    return pages


def _add_looking(pages: Blueprint, app: App) -> None:
    @pages.get("/notifications")
    @policies.signed_in()
    def index() -> str:
        after, unread = request.args.get("after", ""), "unread" in request.args
        with app.uow.reading():
            shown = app.notice_desk.page(
                current_user.user.id, after=after if is_id(after, "ntc") else "", unread=unread, most=PAGE
            )
        return render_template("notices/index.html", shown=shown, unread=unread, after=after, site=_site(app))

    @pages.get("/notifications/bell")
    @policies.anyone
    def ring() -> ResponseReturnValue:
        """The bell anew; for who was signed out meanwhile it stays as it is, instead of a page to sign in."""
        if not current_user.is_authenticated:
            return Response(status=204)
        return render_template("notices/_bell.html"), {"Cache-Control": "private, no-store"}


def _add_reading(pages: Blueprint, app: App) -> None:
    @pages.post("/notifications/<notice_id>/open")
    @policies.signed_in()
    def open_one(notice_id: str) -> ResponseReturnValue:
        """Read one, and go where it leads: to a page of this site, whatever its link says."""
        with app.uow.transaction():
            link = app.notice_desk.read(current_user.user.id, notice_id).link
        inside = link.startswith((f"{_site(app)}/", "/")) and not link.startswith(("//", "/\\"))
        return redirect(link if inside else url_for("notices.index"), 303)

    @pages.post("/notifications/<notice_id>/read")
    @policies.signed_in()
    def read_one(notice_id: str) -> ResponseReturnValue:
        with app.uow.transaction():
            app.notice_desk.read(current_user.user.id, notice_id, is_read="unread" not in request.form)
        return _back()

    @pages.post("/notifications/read")
    @policies.signed_in()
    def read_all() -> ResponseReturnValue:
        up_to = request.form.get("up_to", "")
        with app.uow.transaction():
            app.notice_desk.read_all(current_user.user.id, up_to if is_id(up_to, "ntc") else "")
        return _back()


def _add_way_out(pages: Blueprint, app: App) -> None:
    """RFC 8058: a mail program sends a POST without any cookie; people see a page with a button first."""

    @pages.get("/notifications/off/<user_id>/<kind>/<key>")
    @policies.key_holder
    def leave_page(user_id: str, kind: str, key: str) -> str:
        _check(app, user_id, kind, key)
        return render_template("notices/leave.html", kind=app.message_classes[kind], is_over=False)

    @pages.post("/notifications/off/<user_id>/<kind>/<key>")
    @policies.key_holder
    def leave(user_id: str, kind: str, key: str) -> str:
        _check(app, user_id, kind, key)
        with app.uow.transaction():
            app.preference_desk.switch_off(app.accounts.get(user_id), kind, Channel.MAIL)
        return render_template("notices/leave.html", kind=app.message_classes[kind], is_over=True)

    pages.record_once(lambda state: state.app.extensions["csrf"].exempt(leave))


def _check(app: App, user_id: str, kind: str, key: str) -> None:
    if kind not in app.message_classes or not app.links.opens(f"{user_id} {kind}", key):
        raise NotFound("This link is not whole. Copy it from the mail, or choose in your account, under Notifications.")


def _unread(app: App) -> int:
    """How many this visitor has not read: one look at an index, for a page that shows the bell."""
    with app.uow.reading():
        number: int = app.notice_desk.unread(current_user.user.id)
    return number


def _site(app: App) -> str:
    return str(app.settings.base_url).rstrip("/")


def _back() -> ResponseReturnValue:
    """To the list as it was."""
    flash(_("Done."), "success")
    kept = {name: request.args[name] for name in ("unread", "after") if name in request.args}
    return redirect(url_for("notices.index", **kept), 303)
