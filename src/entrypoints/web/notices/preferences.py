"""/account/notifications: how somebody is told of what, when they want quiet, and their phone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.kernel.errors import Invalid, TooMany
from core.domain.notices import BELL
from core.domain.notices.preferences import COLUMNS
from core.ports.stationery import Channel
from entrypoints import policies
from entrypoints.container import App
from entrypoints.languages import N_

WORDS = {
    BELL: N_("Bell"), Channel.MAIL: N_("Mail"), Channel.PUSH: N_("Push"), Channel.SMS: N_("SMS"),
    Channel.CALL: N_("Call"),
}  # fmt: skip


def add_preferences(pages: Blueprint, app: App) -> None:
    """Add the pages."""
    _add_choosing(pages, app)
    _add_phone(pages, app)


def _add_choosing(pages: Blueprint, app: App) -> None:
    @pages.get("/account/notifications")
    @policies.signed_in()
    def preferences() -> str:
        return _page(app)

    @pages.post("/account/notifications")
    @policies.signed_in()
    def choose() -> ResponseReturnValue:
        ticked, shown = request.form.getlist("choice"), set(request.form.getlist("shown")) & set(COLUMNS)
        with app.uow.transaction():
            kinds = [one.kind.name for one in app.preference_desk.choices(current_user.user) if not one.kind.critical]
            chosen = {kind: [way for way in COLUMNS if f"{kind}.{way}" in ticked] for kind in kinds}
            offered = {one.kind.name: one.offered for one in app.preference_desk.choices(current_user.user)}
            fitting = {kind: [way for way in ways if way in offered[kind]] for kind, ways in chosen.items()}
            app.preference_desk.choose(current_user.user, fitting, shown)
        return _kept(_("You are told as you chose."))

    @pages.post("/account/notifications/quiet")
    @policies.signed_in()
    def be_quiet() -> ResponseReturnValue:
        hours = ("", "") if "off" in request.form else _hours()
        try:
            with app.uow.transaction():
                app.preference_desk.be_quiet(current_user.user, *hours)
        except Invalid as wrong:
            return _page(app, wrong.fields), 422
        return _kept(_("Your quiet hours are kept.") if any(hours) else _("You have no quiet hours."))


def _add_phone(pages: Blueprint, app: App) -> None:
    @pages.post("/account/notifications/phone")
    @policies.signed_in(limit="code")
    def ask_code() -> ResponseReturnValue:
        try:
            with app.uow.transaction():
                proof = app.phone_desk.ask(current_user.user, request.form.get("phone", ""))
        except Invalid as wrong:
            return _page(app, wrong.fields), 422
        except TooMany as wait:
            return _page(app, {"phone": wait.sentence}), 429, {"Retry-After": str(wait.retry_after)}
        return _kept(_("A code is on its way to %(number)s.", number=proof.phone), "phone")

    @pages.post("/account/notifications/phone/code")
    @policies.signed_in()
    def confirm_phone() -> ResponseReturnValue:
        with app.uow.transaction():
            wrong = app.phone_desk.confirm(current_user.user, request.form.get("code", "")[:20])
        if wrong:
            return _page(app, {"code": wrong}), 422
        return _kept(_("The number is yours. Tick what you want to be told there."))

    @pages.post("/account/notifications/phone/remove")
    @policies.signed_in()
    def remove_phone() -> ResponseReturnValue:
        try:
            with app.uow.transaction():
                app.phone_desk.forget(current_user.user)
        except Invalid as wrong:
            return _page(app, wrong.fields), 422
        return _kept(_("The number is removed."))


def _hours() -> tuple[str, str]:
    return request.form.get("quiet_from", "")[:10], request.form.get("quiet_until", "")[:10]


def _page(app: App, wrong: dict[str, Any] | None = None) -> str:
    user, desk = current_user.user, app.preference_desk
    with app.uow.reading():
        facts = {"choices": desk.choices(user), "reachable": desk.reachable(user), "reach": desk.reach(user),
                 "awaited": app.phone_desk.awaited(user)}  # fmt: skip
    return render_template("notices/preferences.html", wrong=wrong or {}, given=request.form, words=WORDS, **facts)


def _kept(sentence: str, anchor: str = "") -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("notices.preferences", _anchor=anchor or None), 303)
