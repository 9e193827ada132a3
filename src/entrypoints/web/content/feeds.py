"""The newest posts as Atom (RFC 4287): everybody's, an author's, or those with a tag; visitors all get the same."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from core.domain.kernel.errors import NotFound
from core.ports.content import PostRow, Wanted
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.content.marks import tag_of, word
from entrypoints.web.content.shown import tag_address

MOST = 30
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
NOBODY = "Nobody here has this name, so there is no feed of theirs. Look at how it is spelt."
FRESH = "public, max-age=300"


def add_feeds(pages: Blueprint, app: App) -> None:
    """Put the feed on the pages."""

    @pages.get("/posts.atom")
    @policies.anyone
    def atom() -> Response:
        tag = tag_of(request.args["tag"]) if "tag" in request.args else ""
        with app.uow.reading():
            author = _author(app)
            rows = app.post_reader.page(Wanted(tag=tag, author=author, most=MOST, counted=False)).rows
        return _answer(app, rows, {"tag": tag, "author": author})


def _author(app: App) -> str:
    """Whose posts are asked for, "" for everybody's. Raises `NotFound`."""
    if "author" not in request.args:
        return ""
    name = word(request.args["author"])
    found = app.accounts.named(name) if name else None
    if found is None or not found.is_shown:
        raise NotFound(NOBODY)
    return str(found.username)


def _answer(app: App, rows: list[PostRow], narrowed: dict[str, str]) -> Response:
    asked = {name: value for name, value in narrowed.items() if value}
    site, updated = app.settings.base_url, max((row.updated_at for row in rows), default=NEVER)
    page = render_template(
        "content/feed.xml", site=site, here=site + url_for("content.atom", **asked), page=site + _page(asked),
        asked=asked, rows=[_legal(row) for row in rows], updated=updated,
    )  # fmt: skip
    answer = Response(page, mimetype="application/atom+xml")
    answer.last_modified = updated
    answer.headers["Cache-Control"] = FRESH
    answer.add_etag()
    return answer.make_conditional(request)


def _page(asked: dict[str, str]) -> str:
    """Where people read the same."""
    if "author" in asked:
        return url_for("profile.person", username=asked["author"])
    return tag_address(asked["tag"]) if "tag" in asked else url_for("content.index")


def _legal(row: PostRow) -> PostRow:
    """The same without what would break the document."""
    words: dict[str, Any] = {name: ILLEGAL.sub("", getattr(row, name)) for name in ("title", "description", "name")}
    return row._replace(**words, tags=[ILLEGAL.sub("", tag) for tag in row.tags])
