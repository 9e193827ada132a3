"""/account/sessions: the browsers in which somebody is signed in, and the way to end each; it lets nobody in."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from core.domain.accounts import Session, agents
from entrypoints import policies
from entrypoints.container import App
from entrypoints.languages import N_, told

UNKNOWN = N_("An unknown browser")


def make_session_pages(app: App) -> Blueprint:
    """Return the pages about one's own sessions."""
    pages = Blueprint("sessions", __name__)

    @pages.get("/account/sessions")
    @policies.signed_in()
    def index() -> str:
        with app.uow.reading():
            found = app.session_desk.of(current_user.user)
        found.sort(key=lambda one: one.id != current_user.seen.id)  # this one first, the others as they came
        facts = {"sessions": found, "this": current_user.seen.id, "named": named, "is_handheld": is_handheld}
        return render_template("account/sessions.html", **facts)

    @pages.post("/account/sessions/end")
    @policies.signed_in()
    def end() -> ResponseReturnValue:
        return _end(app, request.form.get("session", "")[:64])

    @pages.post("/account/sessions/end-others")
    @policies.signed_in()
    def end_others() -> ResponseReturnValue:
        return _end_others(app)

    return pages


def named(one: Session) -> str:
    """A session's browser as its owner knows it, in the language of the visitor."""
    program, system = told(agents.program_of(one.agent)), agents.system_of(one.agent)
    if program and system:
        return _("%(browser)s on %(system)s", browser=program, system=system)
    return program or system or told(UNKNOWN)


def is_handheld(one: Session) -> bool:
    """Whether it is a phone or a tablet, as far as it says."""
    return agents.system_of(one.agent) in agents.HANDHELD


def _end(app: App, session_id: str) -> ResponseReturnValue:
    """End one session; whose own it is comes to the page where one signs in."""
    with app.uow.transaction():
        ended = app.session_desk.close_one(current_user.user, session_id)
        app.audit.note("ended a session", "user", ended.user_id, label=str(ended))
    if ended.id == current_user.seen.id:
        session.clear()
        flash(_("You are signed out."), "success")
        return redirect(url_for("sign_in.login"), 303)
    flash(_("Signed out: %(browser)s.", browser=named(ended)), "success")
    return redirect(url_for("sessions.index"), 303)


def _end_others(app: App) -> ResponseReturnValue:
    user = current_user.user
    with app.uow.transaction():
        ended = app.session_desk.close_others(user, current_user.token)
        app.audit.note("ended every other session", "user", user.id, label=str(user))
    said = ngettext("%(num)s other browser was signed out.", "%(num)s other browsers were signed out.", ended)
    flash(said if ended else _("There was no other browser to sign out."), "success")
    return redirect(url_for("sessions.index"), 303)
