"""The page `/search`: posts and people by words; a form and a list, without JavaScript."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.content.search import POOL, Found
from core.domain.kernel.errors import Invalid
from entrypoints import policies
from entrypoints.container import App
from entrypoints.languages import N_
from entrypoints.web import searching
from entrypoints.web.home import Door
from entrypoints.web.visitors import count

DOOR = Door("/search", N_("Search"), N_("Find posts and people by words."))
PAGE, TAGS = 20, 30


def make_pages(app: App) -> Blueprint:
    """Return the blueprint of `/search`."""
    pages = Blueprint("search", __name__)

    @pages.get("/search")
    @policies.anyone
    def show() -> Response:
        found, wrong = Found(), {}
        try:
            search = searching.asked()
            if search.words.strip():
                count(app, "search")
                found = _find(app, search)
        except Invalid as refused:
            wrong = refused.fields
        with app.uow.reading():
            tags = [tag for tag, _number in app.post_reader.tags(TAGS)]
        page = render_template("search.html", found=found, wrong=wrong, asked=_asked(), tags=tags, **_around(found))
        return make_response(page, 422 if wrong else 200)

    return pages


def _find(app: App, search: searching.Search) -> Found:
    reader = current_user.user.id if current_user.is_authenticated else ""
    return searching.find(app, search, reader, PAGE, (_number() - 1) * PAGE)


def _asked() -> dict[str, str]:
    """What the form holds again; what is far too long comes back shortened, so that the page stays small."""
    return {name: request.args.get(name, "")[:1000] for name in ("q", "tag", "author", "since")}


def _number() -> int:
    """Which page, from 1; anything odd is the first."""
    given = request.args.get("page", "1")
    number = int(given) if given.isascii() and given.isdecimal() and len(given) < 4 else 1
    return min(max(number, 1), POOL // PAGE)


def _around(found: Found) -> dict[str, Any]:
    number, asked = _number(), {name: value for name, value in _asked().items() if value}
    is_more = number * PAGE < found.total
    return {
        "number": number,
        "first": (number - 1) * PAGE + 1,
        "before": url_for("search.show", **asked, page=number - 1) if number > 1 else "",
        "onward": url_for("search.show", **asked, page=number + 1) if is_more else "",
        "is_narrowed": any(asked.get(name) for name in ("tag", "author", "since")),
        "bare": url_for("search.show", q=asked.get("q", "")),
        "many": POOL,
        "hint": _('Words, "several in a row", -unwanted, begin*'),
    }
