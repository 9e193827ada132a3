"""The contact form in a browser: asked, answered with a task to watch, or shown again with what is wrong."""

from __future__ import annotations

import secrets
from hashlib import sha256

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from core.domain.idempotency import Answer
from core.domain.kernel.errors import Invalid, TooMany, Unavailable
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.errors import answer_failure
from entrypoints.web.visitors import sender

FIELDS = ("name", "email", "subject", "message")
TRAP = "website"
"""A field people do not see and robots fill in."""
TRAPPED = "This was filled in by itself, as robots do. It is empty now; look over the form and send it again."
STALE = "The form could not be tied to your browser. Allow cookies for this site, then send it again."


def make_contact_pages(app: App, csrf: CSRFProtect) -> Blueprint:
    """Return the blueprint of `/contact`."""
    pages = Blueprint("contact", __name__)

    @pages.get("/contact")
    @policies.anyone
    def form() -> str:
        return _form(_known(), {})

    @pages.post("/contact")
    @policies.anyone(limit="contact")
    @policies.held_up(_not_now)
    @csrf.exempt
    def send() -> AnyResponse:
        try:
            csrf.protect()
            return _receive(app)
        except CSRFError:
            return make_response(_form(request.form, {"form": STALE}), 400)
        except Invalid as wrong:
            return make_response(_form(request.form, wrong.fields), 422)
        except Unavailable as later:
            return _not_now(later)

    return pages


def _receive(app: App) -> AnyResponse:
    """Keep the message once, however often the button was pressed, and lead to its task."""
    if request.form.get(TRAP):
        raise Invalid({"form": TRAPPED})
    given = {field: request.form.get(field, "") for field in FIELDS}
    notify = "notify_me" in request.form

    def keep() -> Answer:
        _, task = app.contact.receive(**given, notify_me=notify, address=sender())
        place = url_for("tasks.show", task_id=task.id, key=app.links.sign(task.id))
        return Answer(status=303, headers={"Location": place}, body="")

    once, body = request.form.get("once", "")[:64], repr((given, notify))
    scope = sha256(f"form|/contact|{once}|{body}".encode("utf-8", "replace")).hexdigest()
    with app.uow.transaction():
        answer = app.once_only.answer(scope, scope, keep) if once else keep()
    return redirect(answer.headers["Location"], 303)


def _not_now(later: TooMany | Unavailable) -> AnyResponse:
    """Refuse for the moment, with everything that was typed still in the form."""
    answer = answer_failure(later)
    answer.set_data(
        _form(request.form, {"form": f"Nothing was sent yet. {later.sentence} What you wrote is still here."})
    )
    answer.mimetype = "text/html"
    return answer


def _known() -> dict[str, str]:
    """What is known of who is signed in."""
    return {"name": current_user.name, "email": current_user.email} if current_user.is_authenticated else {}


def _form(given: dict[str, str], errors: dict[str, str]) -> str:
    return render_template("contact.html", given=given, errors=errors, once=secrets.token_urlsafe(16), trap=TRAP)
