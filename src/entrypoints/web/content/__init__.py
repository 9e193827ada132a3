"""Posts on the site: lists, one post, the editor, and what other programs read (Atom, sitemap); what a post may be, the
domain says."""

from __future__ import annotations

from flask import Blueprint

from entrypoints.container import App
from entrypoints.languages import N_
from entrypoints.web.content.comments import add_comments
from entrypoints.web.content.feeds import add_feeds
from entrypoints.web.content.files import add_files
from entrypoints.web.content.lists import add_lists
from entrypoints.web.content.reading import add_reading
from entrypoints.web.content.shown import author_of, tag_address
from entrypoints.web.content.sitemap import add_sitemap
from entrypoints.web.content.standing import add_standing
from entrypoints.web.content.ties import add_ties
from entrypoints.web.content.writing import add_writing
from entrypoints.web.home import Door

DOOR = Door("/posts", N_("Posts"), N_("What people here write: read it, follow them, answer below."))
PERSON = "content/_person.html"
ROBOTS = "Sitemap: {site}/sitemap.xml"


def make_pages(app: App) -> Blueprint:
    """Return the blueprint of /posts, /tags and what belongs to them."""
    pages = Blueprint("content", __name__)
    pages.add_app_template_filter(author_of, "author")
    pages.add_app_template_filter(tag_address, "tag_address")
    for add in (
        add_lists,
        add_feeds,
        add_sitemap,
        add_writing,
        add_standing,
        add_files,
        add_comments,
        add_ties,
        add_reading,
    ):
        add(pages, app)
    return pages
