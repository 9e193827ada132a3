"""The pages for somebody who came from a provider and has no account: a username, a name, and one is made; after a link
in their mailbox where the provider does not say that the address is theirs."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from core.domain.kernel.errors import Invalid, NotFound
from core.domain.social import Refused
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.sign_in import begin
from entrypoints.web.social.back import NEWCOMER
from entrypoints.web.social.going import BROWSER
from entrypoints.web.social.problems import label_of, refusal


def add_joining(pages: Blueprint, app: App) -> None:
    """Put the pages on the pages."""

    @pages.route("/login/join", methods=("GET", "POST"))
    @policies.anyone(limit="social")
    def join() -> ResponseReturnValue:
        try:
            return _join(app) if request.method == "POST" else _form(app, {}, {})
        except Refused as refused:
            return refusal(app, refused)
        except Invalid as wrong:
            return _form(app, request.form, wrong.fields), 422

    @pages.route("/login/join/<way>", methods=("GET", "POST"))
    @policies.key_holder(limit="social")
    def confirm(way: str) -> ResponseReturnValue:
        if not app.links.opens(way, request.args.get("key", "")):
            raise NotFound("There is no such link. Copy the whole line from the mail, or sign in again for a new one.")
        try:
            return _finish(app, way) if request.method == "POST" else _last_look(app, way)
        except Refused as refused:
            return refusal(app, refused)


def _join(app: App) -> ResponseReturnValue:
    given = {name: request.form.get(name, "") for name in ("username", "name", "email")}
    with app.uow.transaction():
        attempt, user = app.newcomers.join(*_who(), app.clock.now(), **given)
    if user is None:
        return redirect(url_for("social.join"), 303)
    return begin(app, user, remembered=attempt.remembered, onward=attempt.onward)


def _form(app: App, given: Mapping[str, str], wrong: Mapping[str, str]) -> str:
    with app.uow.reading():
        attempt, claims, proposed = app.newcomers.propose(*_who(), app.clock.now())
    return render_template(
        "social/join.html", label=label_of(app, attempt.provider), claims=claims, given=given or proposed, wrong=wrong,
        mailed=proposed["email"] if attempt.wish else "", inbox=not app.settings.is_production,
    )  # fmt: skip


def _last_look(app: App, way: str) -> str:
    with app.uow.reading():
        attempt, _, wish = app.newcomers.propose(way, _who()[1], app.clock.now())
    return render_template("social/confirm.html", label=label_of(app, attempt.provider), wish=wish)


def _finish(app: App, way: str) -> ResponseReturnValue:
    with app.uow.transaction():
        attempt, user = app.newcomers.finish(way, _who()[1], app.clock.now())
    return begin(app, user, remembered=attempt.remembered, onward=attempt.onward)


def _who() -> tuple[str, str]:
    return str(session.get(NEWCOMER, "")), str(session.get(BROWSER, ""))
