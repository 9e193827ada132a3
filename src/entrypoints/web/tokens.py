"""/account/tokens: access tokens are made, shown once, listed and revoked; it recognises none."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.kernel.errors import Conflict, Invalid
from core.domain.tokens import LIVES, Made
from entrypoints import policies
from entrypoints.container import App
from entrypoints.languages import N_
from entrypoints.web.account import Tab

TAB = Tab("/account/tokens", N_("Access tokens"), 60)
USUAL = str(LIVES[1])
EXAMPLES = {
    "me.read": "/api/v1/me", "tokens": "/api/v1/tokens", "sessions": "/api/v1/sessions", "users.read": "/api/v1/users/",
}  # fmt: skip
"""What a token can be tried with, by what it may do."""


def make_pages(app: App) -> Blueprint:
    """Return the pages about one's own tokens."""
    pages = Blueprint("tokens", __name__)

    @pages.get("/account/tokens")
    @policies.signed_in()
    def index() -> str:
        with app.uow.reading():
            found = app.token_desk.of(current_user.user.id)
        states = {token.id: token.state(current_user.user.version, app.clock.now()) for token in found}
        return render_template("account/tokens.html", tokens=found, states=states, scopes=app.scopes)

    @pages.get("/account/tokens/new")
    @policies.signed_in(fresh=True, both=True)
    def new() -> str:
        return _form(app, {}, {})

    @pages.post("/account/tokens/new")
    @policies.signed_in(fresh=True, both=True)
    def make() -> ResponseReturnValue:
        try:
            return _made(app, _make(app))
        except Invalid as wrong:
            return _form(app, request.form.to_dict(), wrong.fields), 422
        except Conflict as wrong:
            return _form(app, request.form.to_dict(), {"form": wrong.sentence}), 409

    @pages.post("/account/tokens/<token_id>/revoke")
    @policies.signed_in()
    def revoke(token_id: str) -> ResponseReturnValue:
        with app.uow.transaction():
            revoked = app.token_desk.revoke(token_id, owner=current_user.user.id)
        flash(_("%(token)s is revoked. Programs that use it are refused from now on.", token=revoked), "success")
        return redirect(url_for("tokens.index"), 303)

    return pages


def _make(app: App) -> Made:
    days = request.form.get("days", USUAL)
    if days not in map(str, (0, *LIVES)):
        raise Invalid({"days": _("Choose one of the times.")})
    with app.uow.transaction():
        made: Made = app.token_desk.make(
            current_user.user, name=request.form.get("name", ""), scopes=request.form.getlist("scope"),
            days=int(days) or None,
        )  # fmt: skip
    return made


def _made(app: App, made: Made) -> ResponseReturnValue:
    """Show a token's text. It is in this answer only, so there is no page that could be opened again."""
    path = next((EXAMPLES[scope] for scope in EXAMPLES if scope in made.token.allowed), "/api/v1/me")
    path += current_user.user.username if path.endswith("/") else ""
    curl = f"curl -H 'Authorization: Bearer {made.text}' {app.settings.base_url}{path}"
    return render_template("account/token_made.html", made=made, curl=curl), 201


def _form(app: App, given: dict[str, Any], wrong: dict[str, str]) -> str:
    return render_template(
        "account/token_new.html", given=given, wrong=wrong, scopes=app.scopes, chosen=request.form.getlist("scope"),
        lives=LIVES, days=given.get("days", USUAL),
    )  # fmt: skip
