"""The front door and the small files every site has; it reads nothing from the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from entrypoints import policies
from entrypoints.container import App
from entrypoints.lineup import sandboxed
from entrypoints.web.errors import BY_SLUG

ROBOTS = ("User-agent: *", "Disallow: /admin", "Disallow: /api/", "Disallow: /tasks/")


@dataclass(frozen=True)
class Door:
    """A module's way in: a word of the site's menu, and a sentence on its first page."""

    address: str
    word: str
    about: str


def make_home(app: App, further: Sequence[str] = ()) -> Blueprint:
    """Return the blueprint of `/`, the icon, robots.txt (with `further` lines) and the pages that explain problems."""
    pages = Blueprint("home", __name__)

    @pages.get("/")
    @policies.anyone
    def index() -> str:
        return render_template("home.html", sandboxed="mail" in sandboxed(app.settings))

    @pages.get("/favicon.ico")
    @policies.anyone
    def favicon() -> AnyResponse:
        return redirect(url_for("static", filename="icon.svg"), 301)

    @pages.get("/robots.txt")
    @policies.anyone
    def robots() -> Response:
        lines = [*ROBOTS, *(line.format(site=app.settings.base_url) for line in further)]
        return Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")

    @pages.get("/problems/<slug>")
    @policies.anyone
    def problem(slug: str) -> str:
        if slug not in BY_SLUG:
            abort(404)
        return render_template("problem_kind.html", problem=BY_SLUG[slug])

    return pages
