"""Posts and comments as the API takes and shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app
from pydantic import BaseModel, ConfigDict, Field

from core.domain.accounts.pictures import picture_path
from core.domain.content import State
from core.domain.content.comment import BODY_MOST as COMMENT_MOST
from core.domain.content.post import BODY_MOST, DESCRIPTION_MOST, TAG_MOST, TAGS_MOST, TITLE_MOST
from core.ports.content import CommentRow, PostRow
from core.ports.portraits import SIDES

STATES = [str(state) for state in State]
FIELDS = ("id", "slug", "title", "description", "tags", "state", "favourites", "comments", "favourited")
TIMES = ("created_at", "updated_at", "published_at")


class AuthorOut(BaseModel):
    """Who wrote it."""

    username: str
    name: str
    image: str | None
    following: bool = Field(description="Whether you follow them.")


class PostOut(BaseModel):
    """A post as lists show it."""

    id: str
    slug: str = Field(description="What stands in addresses; another title may change it, the id stays.")
    title: str
    description: str
    tags: list[str] = Field(description="Sorted.")
    state: str = Field(description="archived: in no list.", json_schema_extra={"enum": STATES})
    hidden_for: str | None = Field(description="Why a moderator hid it; only its author sees it then.")
    favourites: int
    comments: int
    favourited: bool = Field(description="Whether you like it.")
    author: AuthorOut
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None = Field(description="When everybody could read it first; null for a draft.")


class WholePostOut(PostOut):
    """A post with its text."""

    body: str = Field(description="Markdown, as it was written.")


class PostsOut(BaseModel):
    """A page of posts, newest first."""

    posts: list[PostOut]
    next: str | None = Field(description="Give it back as `cursor` for those that are older; null at the end.")
    prev: str | None = Field(description="Always null: begin without a cursor for the newest.")


class PostIn(BaseModel):
    """A new post."""

    model_config = ConfigDict(
        extra="forbid", strict=True,
        json_schema_extra={
            "required": ["title", "body"],
            "example": {
                "title": "How to weave algebraic patterns", "description": "Just as the loom weaves flowers.",
                "body": "# Cards\n\nThe engine *weaves*.", "tags": ["engines", "looms"], "state": "draft",
            },
        },
    )  # fmt: skip
    title: str = Field("", max_length=TITLE_MOST, description="One line.")
    description: str = Field("", max_length=DESCRIPTION_MOST, description="What it is about, on one line.")
    body: str = Field("", max_length=BODY_MOST, description="Markdown.")
    tags: list[str] = Field([], max_length=TAGS_MOST, description=f"Each at most {TAG_MOST} characters.")
    state: str = Field(State.PUBLISHED, max_length=10, description="draft keeps it to yourself.",
                       json_schema_extra={"enum": STATES[:2]})  # fmt: skip


class PostChangeIn(BaseModel):
    """What is to be changed of a post; what is left out stays as it is."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"example": {"body": "The engine weaves.", "state": "published"}}
    )
    title: str = Field("", max_length=TITLE_MOST, description="Another one may change the slug.")
    description: str = Field("", max_length=DESCRIPTION_MOST, description="One line.")
    body: str = Field("", max_length=BODY_MOST, description="Markdown.")
    tags: list[str] = Field([], max_length=TAGS_MOST, description="All of them; [] for none.")
    state: str = Field("", max_length=10, description="published: shown to everybody. archived: in no list.",
                       json_schema_extra={"enum": STATES[1:]})  # fmt: skip


class CommentIn(BaseModel):
    """What is said."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"required": ["body"], "example": {"body": "Well *woven*."}}
    )
    body: str = Field("", max_length=COMMENT_MOST, description="Markdown.")


class CommentOut(BaseModel):
    """A comment on a post."""

    id: str
    body: str = Field(description="Markdown, as it was written.")
    hidden_for: str | None = Field(description="Why a moderator hid it; only its author sees it then.")
    author: AuthorOut
    created_at: datetime
    updated_at: datetime


class CommentsOut(BaseModel):
    """A page of comments, newest first."""

    comments: list[CommentOut]
    next: str | None = Field(description="Give it back as `cursor` for those that are older; null at the end.")
    prev: str | None = Field(description="Always null: begin without a cursor for the newest.")


class TagOut(BaseModel):
    """A tag in use."""

    tag: str
    posts: int = Field(description="How many posts have it.")


class TagsOut(BaseModel):
    """Tags in use, most used first."""

    tags: list[TagOut]


def shown(row: PostRow) -> dict[str, Any]:
    """Return a post as lists show it."""
    fields = {name: getattr(row, name) for name in (*FIELDS, *TIMES)}
    return {**fields, "hidden_for": row.hidden_for or None, "author": _author(row)}


def shown_whole(row: PostRow) -> dict[str, Any]:
    """Return a post with its text."""
    return {**shown(row), "body": row.body}


def shown_comment(row: CommentRow) -> dict[str, Any]:
    """Return a comment."""
    fields = {name: getattr(row, name) for name in ("id", "body", "created_at", "updated_at")}
    return {**fields, "hidden_for": row.hidden_for or None, "author": _author(row)}


def _author(row: PostRow | CommentRow) -> dict[str, Any]:
    path = picture_path(row, SIDES[0])
    image = f"{current_app.config['BASE_URL']}{path}" if path else row.image or None
    return {"username": row.username, "name": row.name, "image": image, "following": row.following}
