"""How people look where they are named: their picture, or their initials on a colour of their own."""

from __future__ import annotations

import zlib
from typing import Any

from flask import Flask

from core.domain.accounts import User, picture_path
from core.ports.portraits import SIDES
from entrypoints.container import App

TINTS = ("#2f5d8a", "#7a3e6d", "#2d6a4f", "#8a4b2a", "#4a4a8f", "#8a2f3c")
"""Each is dark enough for white letters (7:1 or nearly)."""


def show_portraits(site: Flask) -> None:
    """Give templates what `_portrait.html` needs."""
    site.jinja_env.filters.update(picture=picture_path, tint=tint, initials=initials)


def tint(person: Any) -> str:
    """The colour of somebody who shows no picture; always the same for one person."""
    return TINTS[zlib.crc32(person.id.encode()) % len(TINTS)]


def initials(person: Any) -> str:
    """The first letters of the first and the last name."""
    words = person.name.split() or ["?"]
    return "".join(word[0] for word in dict.fromkeys((words[0], words[-1]))).upper()


def picture_of(app: App, user: User) -> str | None:
    """The whole address of a user's picture: on this site, or wherever they said."""
    path = picture_path(user, SIDES[0])
    return f"{app.settings.base_url}{path}" if path else user.image or None
