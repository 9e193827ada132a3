"""`/api/v1/search`: posts and people by words, for programs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from flask_login import current_user
from pydantic import BaseModel, Field

from core.domain.content.search import POOL, Hit, Marked
from core.domain.kernel.errors import Invalid
from core.ports.search import PersonRow
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web import searching
from entrypoints.web.api.content.shapes import PostOut, shown
from entrypoints.web.api.described import describe
from entrypoints.web.api.manners import ASKS, asked, paged
from entrypoints.web.portraits import picture_of

MARKS = "Where what was looked for stands in it: [from, up to] in characters."


class MarkedOut(BaseModel):
    """Text, and where in it stands what was looked for."""

    text: str
    marks: list[list[int]] = Field(description=MARKS)


class HitOut(PostOut):
    """A post that was found."""

    title_marks: list[list[int]] = Field(description=MARKS)
    excerpt: MarkedOut = Field(description="A part of its text or its description, as plain text.")


class PersonOut(BaseModel):
    """Somebody who was found."""

    username: str
    name: str
    bio: str
    image: str | None


class FoundOut(BaseModel):
    """A page of what was found, the best first."""

    posts: list[HitOut]
    people: list[PersonOut] = Field(description="At most five, on the first page of a search that is not narrowed.")
    total: int = Field(description=f"How many posts were ranked: all that fit, and {POOL} where there are more.")
    next: str | None = Field(description="Give it back as `cursor` for what fits less; null at the end.")
    prev: str | None = Field(description="Give it back as `cursor` for what fits better; null at the beginning.")


def add_routes(api: Blueprint, app: App) -> None:
    """Put the route on the API."""

    @api.get("/search")
    @policies.scoped("anyone", "posts", limit="search")
    @describe(gives={200: FoundOut}, problems=(422, 429, 503), tag="Search", asks=searching.ASKS | ASKS)
    def search() -> Response:
        """Find posts and people by words.

        Words of a title weigh more than tags, description and text; of equals the newer come first. Case and accents
        make no difference. Of very common words only the newest posts are ranked.
        """
        page, wanted = asked(_is_place), searching.asked()
        if not wanted.words.strip():
            raise Invalid({"q": "Nothing to look for was given. Write one or more words."})
        until = int(page.before) if page.before else None
        skip = int(page.after or 0) if until is None else max(0, until - page.limit)
        most = page.limit if until is None else min(page.limit, until)
        reader = current_user.user.id if current_user.is_authenticated else ""
        found = searching.find(app, wanted, reader, most, skip)
        stop = skip + len(found.posts)
        return paged(
            "posts", [_hit(hit) for hit in found.posts], after=str(stop) if stop < found.total else "",
            before=str(skip) if skip else "",
            further={"people": [_person(app, row) for row in found.people], "total": found.total},
        )  # fmt: skip


def _is_place(key: str) -> bool:
    return key.isascii() and key.isdecimal() and len(key) <= len(str(POOL)) and 0 < int(key) <= POOL


def _hit(hit: Hit) -> dict[str, Any]:
    return {**shown(hit.post), "title_marks": hit.title.marks, "excerpt": _marked(hit.excerpt)}


def _marked(marked: Marked) -> dict[str, Any]:
    return {"text": marked.text, "marks": marked.marks}


def _person(app: App, row: PersonRow) -> dict[str, Any]:
    return {"username": row.username, "name": row.name, "bio": row.bio, "image": picture_of(app, row)}
