"""Every post for search engines (sitemaps.org): an index of pages, each begun by its number and sent as it is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from html import escape

from flask import Blueprint, Response, stream_with_context, url_for

from core.domain.kernel.errors import NotFound
from core.ports.content import Wanted
from entrypoints import policies
from entrypoints.container import App

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<{} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
MOST = 50_000
"""Pages that an index may name; a page could hold as many addresses, and would take long to begin."""
FRESH = "public, max-age=3600"


class Sitemap:
    """Writes index and pages: `urls` addresses on each, `at_once` of them in memory."""

    def __init__(self, app: App, urls: int = 2_000, at_once: int = 500) -> None:
        self._app, self._urls, self._at_once = app, urls, at_once
        self._site = app.settings.base_url

    def index(self) -> Iterator[str]:
        """Where the pages are; there is always one."""
        with self._app.uow.reading():
            total = self._app.post_reader.page(Wanted(most=1)).total
        yield HEAD.format("sitemapindex")
        for part in range(1, min(MOST, max(1, -(-total // self._urls))) + 1):
            yield f"<sitemap><loc>{escape(self._site + url_for('content.sitemap_part', part=part))}</loc></sitemap>\n"
        yield "</sitemapindex>\n"

    def part(self, number: int) -> Iterator[str]:
        """One page, from 1; each piece is read when it is sent."""
        yield HEAD.format("urlset")
        if number == 1:
            yield _url(self._site + url_for("content.index"))
        before, left, skip = None, self._urls, (number - 1) * self._urls
        while left > 0:
            wanted = Wanted(most=min(left, self._at_once), skip=skip, before=before, counted=False)
            with self._app.uow.reading():
                page = self._app.post_reader.page(wanted)
            yield "".join(
                _url(self._site + url_for("content.show", post=row.slug), row.updated_at) for row in page.rows
            )
            before, left, skip = page.next, left - self._at_once if page.next else 0, 0
        yield "</urlset>\n"


def add_sitemap(pages: Blueprint, app: App) -> None:
    """Put index and pages on the pages."""
    written = Sitemap(app)

    @pages.get("/sitemap.xml")
    @policies.anyone
    def sitemap() -> Response:
        return _xml(written.index())

    @pages.get("/sitemap/<int:part>.xml")
    @policies.anyone
    def sitemap_part(part: int) -> Response:
        if not 1 <= part <= MOST:
            raise NotFound()
        return _xml(written.part(part))


def _url(address: str, changed: datetime | None = None) -> str:
    when = f"<lastmod>{changed:%Y-%m-%dT%H:%M:%SZ}</lastmod>" if changed else ""
    return f"<url><loc>{escape(address)}</loc>{when}</url>\n"


def _xml(parts: Iterator[str]) -> Response:
    return Response(stream_with_context(parts), mimetype="application/xml", headers={"Cache-Control": FRESH})
