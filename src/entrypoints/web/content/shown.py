"""Posts, authors and tags as pages show them; it reads nothing."""

from __future__ import annotations

import re
from typing import NamedTuple

from flask import request, url_for

from core.ports.content import CommentRow, PostRow
from entrypoints.languages import LOCAL

AWKWARD = re.compile(r"[/\\]|^\.{1,2}$")
"""What would not stay as it is inside a path: browsers and proxies tidy paths up."""


class Author(NamedTuple):
    """Who wrote something, as portraits need them."""

    id: str
    username: str
    name: str
    image: str


def author_of(row: PostRow | CommentRow) -> Author:
    """Who wrote a post or a comment."""
    return Author(row.author_id, row.username, row.name, row.image)


def tag_address(tag: str) -> str:
    """Where posts with a tag are listed."""
    asked = AWKWARD.search(tag) is not None
    return url_for("content.tags", tag=tag) if asked else url_for("content.tagged", tag=tag)


def read_tags(line: str) -> list[str]:
    """Tags as people type them: between commas, in quotes where a tag has a comma of its own."""
    found, told = [""], False
    for sign in " ".join(line.split()):
        if sign == '"':
            told = not told
        elif sign == "," and not told:
            found.append("")
        else:
            found[-1] += sign
    return [tag.strip() for tag in found if tag.strip()]


def write_tags(tags: list[str]) -> str:
    """The same tags in one line, so that `read_tags` gives them back; quotes themselves are left out."""
    plain = [tag.replace('"', "") for tag in tags]
    return ", ".join(f'"{tag}"' if "," in tag else tag for tag in plain)


def back(otherwise: str) -> str:
    """The page of ours that a form was on, or `otherwise`."""
    wanted = request.form.get("next", "")
    return wanted if LOCAL.match(wanted) and len(wanted) <= 2000 else otherwise
