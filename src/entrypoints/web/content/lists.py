"""Lists of posts: everybody's, of people one follows, one's own, and with a tag; and what somebody wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from core.domain.accounts import User
from core.ports.content import Page, Wanted
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.content.marks import mark, read_mark, reader, tag_of

PAGE = 20
POPULAR = 30


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a profile shows of somebody: posts of theirs or that they like, and how many people they follow."""

    page: Page
    tab: str
    onward: str
    newest: str
    followers: int
    following: int
    is_followed: bool


def add_lists(pages: Blueprint, app: App) -> None:
    """Put the lists on the pages."""
    _add_everybodys(pages, app)
    _add_own(pages, app)
    _add_tags(pages, app)
    pages.app_context_processor(lambda: {"written": lambda person: _written(app, person)})


def _add_everybodys(pages: Blueprint, app: App) -> None:
    @pages.get("/posts")
    @policies.anyone
    def index() -> str:
        return _list(app, "all", feed=url_for("content.atom"))

    @pages.get("/posts/feed")
    @policies.signed_in()
    def feed() -> str:
        return _list(app, "feed", feed_of=reader())


def _add_own(pages: Blueprint, app: App) -> None:
    @pages.get("/posts/mine")
    @policies.signed_in()
    def mine() -> str:
        with app.uow.reading():
            page = _page(app, own_of=current_user.user.id)
        return render_template("content/mine.html", page=page, **_around(page))


def _add_tags(pages: Blueprint, app: App) -> None:
    @pages.get("/tags/<tag>")
    @policies.anyone
    def tagged(tag: str) -> str:
        return _list(app, "tag", tag=tag_of(tag), feed=url_for("content.atom", tag=tag))

    @pages.get("/tags")
    @policies.anyone
    def tags() -> ResponseReturnValue:
        """All of them; or the posts with one that cannot stand in a path."""
        if "tag" in request.args:
            return tagged(request.args["tag"])
        with app.uow.reading():
            found = app.post_reader.tags()
        return render_template("content/tags.html", tags=found)


def _list(app: App, tab: str, *, feed: str = "", **wanted: Any) -> str:
    with app.uow.reading():
        page, popular = _page(app, **wanted), app.post_reader.tags(POPULAR)
    return render_template(
        "content/posts.html", tab=tab, page=page, tag=wanted.get("tag", ""), popular=popular, feed=feed, **_around(page)
    )


def _page(app: App, **wanted: Any) -> Page:
    before = read_mark(request.args.get("before", ""))
    found: Page = app.post_reader.page(Wanted(most=PAGE, before=before, **wanted))
    return found


def _around(page: Page) -> dict[str, str]:
    """Where the page after this one is, and where the list begins if it is not here."""
    here = {
        **(request.view_args or {}),
        **{name: request.args[name] for name in ("tag", "tab") if name in request.args},
    }
    onward = url_for(str(request.endpoint), before=mark(page.next), **here) if page.next else ""
    newest = url_for(str(request.endpoint), **here) if "before" in request.args else ""
    return {"onward": onward, "newest": newest}


def _written(app: App, person: User) -> Written:
    tab = "favourites" if request.args.get("tab") == "favourites" else "posts"
    with app.uow.reading():
        page = _page(app, **{"favourited_by" if tab == "favourites" else "author": person.username})
        followers, following = app.ties.numbers(person.id)
        is_followed = app.ties.follows(reader(), person.id)
    return Written(
        page=page, tab=tab, followers=followers, following=following, is_followed=is_followed, **_around(page)
    )
