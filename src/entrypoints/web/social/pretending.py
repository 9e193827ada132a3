"""The sandbox's own page, in development only: say who you are, and be believed."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from core.domain.kernel.errors import Invalid
from core.ports.social import Claims
from entrypoints import policies
from entrypoints.container import App
from entrypoints.languages import N_
from entrypoints.web.social.going import back

PEOPLE = (
    Claims(issuer="", subject="ada", name="Ada Lovelace", email="ada@example.com", verified=True),
    Claims(issuer="", subject="charles", name="Charles Babbage", email="charles@example.com"),
    Claims(issuer="", subject="mary", name="Mary Somerville"),
)
"""Somebody whose address is confirmed, somebody whose is not, and somebody who gives none."""
NOBODY = N_("Type a name or an address, so that there is somebody to be.")


def add_pretending(pages: Blueprint, app: App) -> None:
    """Put the page on the pages."""

    @pages.get("/login/pretend")
    @policies.anyone
    def pretend() -> ResponseReturnValue:
        return _page({})

    @pages.post("/login/pretend")
    @policies.anyone
    def answer() -> ResponseReturnValue:
        try:
            return redirect(f"{back(app, 'sandbox')}?{urlencode(_answer(app))}", 303)
        except Invalid as wrong:
            return _page(wrong.fields), 422


def _page(wrong: dict[str, str]) -> str:
    return render_template("social/pretend.html", people=PEOPLE, asked=request.values, wrong=wrong)


def _answer(app: App) -> dict[str, str]:
    """What the browser brings back: a code, or that they did not agree (RFC 6749, 4.1.2)."""
    form = request.form
    if form.get("who") == "nobody":
        return {"state": form.get("state", ""), "error": "access_denied"}
    claims = next((one for one in PEOPLE if one.subject == form.get("who")), None) or _typed()
    code = app.social_pretender.pretend(claims, form.get("nonce", ""), form.get("challenge", ""))
    return {"state": form.get("state", ""), "code": code}


def _typed() -> Claims:
    """Who was typed: the same address, or the same name without one, is the same person every time."""
    name, email = (request.form.get(field, "").strip()[:100] for field in ("name", "email"))
    if not name and not email:
        raise Invalid({"name": NOBODY})
    subject = sha256((email or name).lower().encode("utf-8", "replace")).hexdigest()[:16]
    return Claims(issuer="", subject=subject, name=name, email=email, verified="verified" in request.form)
