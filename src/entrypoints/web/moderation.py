"""The page on which somebody says that a thing should not be here, whatever it is."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.kernel.errors import Invalid
from core.domain.moderation import REASONS, WORDS_MOST
from entrypoints import policies
from entrypoints.container import App
from entrypoints.languages import N_

WORDS = {
    "spam": N_("Spam or advertising"), "harassment": N_("It harasses or threatens somebody"),
    "hate": N_("Hatred of people for what they are"), "illegal": N_("It is against the law"),
    "impersonation": N_("It pretends to be somebody else"), "other": N_("Something else"),
}  # fmt: skip
assert tuple(WORDS) == REASONS


def make_pages(app: App) -> Blueprint:
    """Return the page, at /report/<kind>/<key>; templates link to it by `report_link("posts", post.id)`."""
    pages = Blueprint("moderation", __name__)

    @pages.app_context_processor
    def link() -> dict[str, Any]:
        return {"report_link": lambda kind, key: url_for("moderation.ask", about_kind=kind, about_id=key)}

    @pages.get("/report/<about_kind>/<about_id>")
    @policies.signed_in()
    def ask(about_kind: str, about_id: str) -> str:
        return _page(app, about_kind, about_id)

    @pages.post("/report/<about_kind>/<about_id>")
    @policies.signed_in(limit="report")
    def make(about_kind: str, about_id: str) -> ResponseReturnValue:
        reason, words = request.form.get("reason", ""), request.form.get("words", "")
        try:
            with app.uow.transaction():
                app.report_desk.report(about_kind, about_id, by=current_user.user.id, reason=reason, words=words)
                subject = app.report_desk.subject(about_kind, about_id, current_user.user.id)
        except Invalid as wrong:
            return _page(app, about_kind, about_id, wrong.fields), 422
        flash(_("Thank you. Somebody will look at it."), "success")
        return redirect(subject.link, 303)

    return pages


def _page(app: App, kind: str, key: str, wrong: dict[str, str] | None = None) -> str:
    with app.uow.reading():
        subject = app.report_desk.subject(kind, key, current_user.user.id)
    return render_template(
        "report.html", subject=subject, kind=kind, reasons=WORDS, most=WORDS_MOST, wrong=wrong or {}, given=request.form
    )
