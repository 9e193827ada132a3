"""Users, profiles, articles and comments in the shapes of RealWorld; nothing here decides what anybody may see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from flask import Response

from core.domain.accounts import User
from entrypoints.container import App
from entrypoints.web.portraits import picture_of

CONTENT = "application/json; charset=utf-8"


def shaped(value: dict[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer that says this."""
    return Response(orjson.dumps(value), status, headers, content_type=CONTENT)


def user_shape(app: App, user: User, token: str) -> dict[str, Any]:
    """Somebody as only they see themselves."""
    return {
        "user": {
            "email": user.email, "token": token, "username": user.username, "bio": user.bio or None,
            "image": picture_of(app, user),
        }
    }  # fmt: skip


def profile_shape(app: App, person: Any, following: bool) -> dict[str, Any]:
    """Somebody as others see them: a user, or a row that names one."""
    return {
        "username": person.username, "bio": person.bio or None, "image": picture_of(app, person),
        "following": following,
    }  # fmt: skip


def article_shape(app: App, post: Any, author: Any, *, favorited: bool, following: bool) -> dict[str, Any]:
    """A post without its text, as it stands in lists. A row is both, post and author."""
    return {
        "slug": post.slug,
        "title": post.title,
        "description": post.description,
        "tagList": post.tags,
        "createdAt": instant(post.published_at or post.created_at),
        "updatedAt": instant(post.updated_at),
        "favorited": favorited,
        "favoritesCount": post.favourites,
        "author": profile_shape(app, author, following),
    }


def row_shape(app: App, row: Any) -> dict[str, Any]:
    """A row of a list."""
    return article_shape(app, row, row, favorited=row.favourited, following=row.following)


def comment_shape(app: App, comment: Any, author: Any, *, following: bool) -> dict[str, Any]:
    """A comment. A row is both, comment and author."""
    return {
        "id": comment.number,
        "createdAt": instant(comment.created_at),
        "updatedAt": instant(comment.updated_at),
        "body": comment.body,
        "author": profile_shape(app, author, following),
    }


def instant(at: datetime) -> str:
    """An instant in UTC with its fraction, also where that is nothing: 2026-11-23T22:01:02.000000Z."""
    return at.isoformat(timespec="microseconds")[:-6] + "Z"
