"""The pages by which an account begins and is found again: /signup, /verify and /reset; what follows from them is
decided elsewhere. A link changes nothing until its button is pressed: mailboxes open links by themselves."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from functools import wraps
from hashlib import sha256

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.accounts import User
from core.domain.accounts.proofs import CHANGE, SIGN_UP, VERIFY
from core.domain.accounts.sign_in_data import known_as
from core.domain.idempotency import Answer
from core.domain.kernel.errors import Conflict, Failure, Invalid, TooMany, Unavailable
from entrypoints import policies
from entrypoints.container import App
from entrypoints.languages import N_
from entrypoints.web.errors import answer_failure

FIELDS = ("email", "username", "name", "password")
TRAP = "website"
"""A field people do not see and robots fill in."""
TRAPPED = N_("This was filled in by itself, as robots do. It is empty now; look over the form and send it again.")
BY_LINK = (SIGN_UP, VERIFY, CHANGE)
Page = Callable[..., ResponseReturnValue]


def make_sign_up(app: App) -> Blueprint:
    """Return the pages by which an account begins and is found again."""
    pages = Blueprint("sign_up", __name__)
    _add_sign_up(pages, app)
    _add_verify(pages, app)
    _add_reset(pages, app)
    return pages


def _add_sign_up(pages: Blueprint, app: App) -> None:
    @pages.get("/signup")
    @policies.anyone
    def sign_up() -> ResponseReturnValue:
        return redirect("/account", 303) if current_user.is_authenticated else _sign_up_form({}, {})

    @pages.post("/signup")
    @policies.anyone(limit="sign_up")
    @_shown_again(_sign_up_form)
    def ask() -> ResponseReturnValue:
        if request.form.get(TRAP):
            raise Invalid({"form": TRAPPED})
        return _ask(app, {field: request.form.get(field, "") for field in FIELDS})

    @pages.get("/signup/sent")
    @policies.anyone
    def sent() -> ResponseReturnValue:
        return _sent("sign_up.sign_up")


def _add_verify(pages: Blueprint, app: App) -> None:
    @pages.get("/verify")
    @policies.anyone
    def verify() -> ResponseReturnValue:
        try:
            with app.uow.reading():
                proof = app.proof_desk.show(request.args.get("token", ""), *BY_LINK)
        except Invalid as over:
            return _over(over)
        return render_template("verify.html", proof=proof, token=request.args["token"])

    @pages.post("/verify")
    @policies.anyone(limit="verify")
    def confirm() -> ResponseReturnValue:
        try:
            told = confirmed(app, request.form.get("token", ""))
        except (Invalid, Conflict) as over:
            return _over(over)
        flash(told, "success")
        return redirect("/account/sign-in" if current_user.is_authenticated else url_for("sign_in.login"), 303)


def _add_reset(pages: Blueprint, app: App) -> None:
    @pages.get("/reset")
    @policies.anyone
    def reset() -> ResponseReturnValue:
        if "token" not in request.args:
            return _reset_form({}, {})
        try:
            with app.uow.reading():
                user = app.password_desk.of_link(request.args["token"])
        except Invalid as over:
            return _over(over)
        return _new_password_form({"token": request.args["token"], "email": user.email}, {})

    @pages.post("/reset")
    @policies.anyone(limit="reset")
    @_shown_again(_reset_form)
    def ask_reset() -> ResponseReturnValue:
        with app.uow.transaction():
            app.password_desk.ask_reset(request.form.get("email", ""))
        session["sent_to"] = request.form["email"].strip()[:254]
        return redirect(url_for("sign_up.reset_sent"), 303)

    @pages.get("/reset/sent")
    @policies.anyone
    def reset_sent() -> ResponseReturnValue:
        return _sent("sign_up.reset")

    @pages.post("/reset/password")
    @policies.anyone(limit="verify")
    @_shown_again(_new_password_form)
    def set_password() -> ResponseReturnValue:
        return _set_password(app, request.form.get("token", ""), request.form.get("password", ""))


def confirmed(app: App, token: str) -> str:
    """Take a link from a mailbox, and say what follows from it. Raises `Invalid`, `Conflict`."""
    with app.uow.transaction():
        kind = app.proof_desk.show(token, *BY_LINK).kind
        if kind == SIGN_UP:
            user: User = app.sign_up.complete(token)
            return _(
                "Your account @%(username)s is ready. Sign in with the password you chose.", username=user.username
            )
        user = app.address_desk.prove(token)
    return _("%(address)s is confirmed.", address=user.email)


def reset_by_link(app: App, token: str, password: str) -> None:
    """Set a password by a link. Raises `Invalid`."""
    with app.uow.reading():
        user = app.password_desk.of_link(token)
    made = app.passwords.made(password, known_as(user))
    with app.uow.transaction():
        app.guard.forgive(app.password_desk.reset(token, made), request.remote_addr or "")


def _ask(app: App, given: dict[str, str]) -> ResponseReturnValue:
    """Ask once, however often the button was pressed; the answer is the same whether or not the address is known."""
    newcomer = app.sign_up.prepare(**given)

    def keep() -> Answer:
        app.sign_up.ask(newcomer)
        return Answer(status=303, headers={"Location": url_for("sign_up.sent")}, body="")

    once = request.form.get("once", "")[:64]
    typed = repr(("form", "/signup", once, given["email"], given["username"], given["name"]))
    scope = sha256(typed.encode("utf-8", "replace")).hexdigest()
    with app.uow.transaction():
        answer = app.once_only.answer(scope, scope, keep) if once else keep()
    session["sent_to"] = newcomer.email
    return redirect(answer.headers["Location"], 303)


def _set_password(app: App, token: str, password: str) -> ResponseReturnValue:
    try:
        reset_by_link(app, token, password)
    except Invalid as wrong:
        if "token" in wrong.fields:
            return _over(wrong)
        raise
    session.clear()
    flash(_("Your new password is set, and every browser is signed out. Sign in with it."), "success")
    return redirect(url_for("sign_in.login"), 303)


def _sent(again: str) -> ResponseReturnValue:
    """Say where a mail went; who did not just ask for one is led to where one does."""
    to = session.get("sent_to")
    return render_template("sent.html", to=to, again=url_for(again)) if to else redirect(url_for(again), 303)


def _over(over: Failure) -> ResponseReturnValue:
    """Say why a link does nothing, and what does."""
    fields = getattr(over, "fields", {})
    return render_template("link_over.html", sentence=fields.get("token", over.sentence)), 410


def _shown_again(form: Page) -> Callable[[Page], Page]:
    """Have what is wrong, or not possible for the moment, told above the form, with what was typed still in it."""

    def around(view: Page) -> Page:
        @wraps(view)
        def shown() -> ResponseReturnValue:
            try:
                return view()
            except Invalid as wrong:
                return make_response(form(request.form, wrong.fields), 422)
            except Unavailable as later:
                return wait(later)

        def wait(later: TooMany | Unavailable) -> ResponseReturnValue:
            answer = answer_failure(later)
            answer.set_data(form(request.form, {"form": later.sentence}))
            answer.mimetype = "text/html"
            return answer

        return policies.held_up(wait)(shown)

    return around


def _sign_up_form(given: Mapping[str, str], wrong: Mapping[str, str]) -> str:
    once = secrets.token_urlsafe(16)
    return render_template("sign_up.html", given=given, wrong=wrong, once=once, trap=TRAP)


def _reset_form(given: Mapping[str, str], wrong: Mapping[str, str]) -> str:
    return render_template("reset.html", given=given, wrong=wrong)


def _new_password_form(given: Mapping[str, str], wrong: Mapping[str, str]) -> str:
    return render_template("new_password.html", given=given, wrong=wrong)
