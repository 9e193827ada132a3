"""Files of posts: the body is the file itself, and only what is an image by its first bytes is shown in a page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request, send_file
from flask_login import current_user
from pydantic import BaseModel, Field

from core.domain.content import Attachment
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.answers import json_answer
from entrypoints.web.api.content.posts import NO_POST
from entrypoints.web.api.described import describe
from entrypoints.web.content.marks import reader, word
from entrypoints.web.sizes import MB, takes

TAG = "Posts"
NO_FILE = {404: "There is no such file, or you may not read its post."}
TOLD = ("id", "name", "type", "size", "created_at")


class AttachmentOut(BaseModel):
    """A file of a post."""

    id: str
    name: str
    type: str = Field(description="By its first bytes: an image, or application/octet-stream.")
    size: int = Field(description="Bytes.")
    url: str = Field(description="Where it is; for the Markdown of the post.")
    created_at: datetime


class AttachmentsOut(BaseModel):
    """The files of a post, oldest first."""

    attachments: list[AttachmentOut]


def add_attachments(api: Blueprint, app: App) -> None:
    """Put the routes on the API."""
    _add_keeping(api, app)
    _add_reading(api, app)


def _add_keeping(api: Blueprint, app: App) -> None:
    @api.post("/attachments")
    @policies.signed_in(scope="posts", limit="pictures")
    @takes(10 * MB)
    @describe(
        gives={201: AttachmentOut}, problems=(404, 413, 422, 429, 503), tag=TAG,
        asks={"post": "The post's slug or id. Required.", "name": "What the file is called. Required."},
        reasons=NO_POST | {403: "The post is somebody else's.", 413: "More than 10 MB.", 422: "No name, an empty file, "
                           "your quota is full, or the post has as many files as it may."},
    )  # fmt: skip
    def add_attachment() -> Response:
        """Add a file to a post of yours: the body is the file itself."""
        kept = app.attachment_desk.keep(
            word(request.args.get("post", "")), reader(), request.args.get("name", ""), request.get_data(cache=False)
        )
        return json_answer(_shown(kept), 201, {"Location": _path(kept)})

    @api.delete("/attachments/<attachment_id>")
    @policies.signed_in(scope="posts")
    @describe(gives={204: None}, problems=(404, 429, 503), tag=TAG, reasons=NO_FILE)
    def delete_attachment(attachment_id: str) -> Response:
        """Delete a file of yours."""
        app.attachment_desk.remove(word(attachment_id), current_user.user.id)
        return Response(status=204)


def _add_reading(api: Blueprint, app: App) -> None:
    @api.get("/posts/<post>/attachments")
    @policies.scoped("anyone", "posts")
    @describe(gives={200: AttachmentsOut}, problems=(404, 429, 503), tag=TAG, reasons=NO_POST)
    def list_attachments(post: str) -> Response:
        """List the files of a post."""
        with app.uow.reading():
            found = app.attachment_desk.of(app.post_desk.get(word(post), reader()))
        return json_answer({"attachments": [_shown(one) for one in found]})

    @api.get("/attachments/<attachment_id>")
    @policies.scoped("anyone", "posts")
    def show_attachment(attachment_id: str) -> Response:
        """The file itself; what is no image is never shown in a page of ours."""
        found, file = app.attachment_desk.open(word(attachment_id), reader())
        answer = send_file(
            file, found.type, as_attachment=not found.is_image, download_name=found.name, etag=found.id, max_age=300
        )
        answer.headers["Cache-Control"] = "private, max-age=300"
        return answer


def _shown(attachment: Attachment) -> dict[str, Any]:
    return {**{name: getattr(attachment, name) for name in TOLD}, "url": _path(attachment)}


def _path(attachment: Attachment) -> str:
    return f"/api/v1/attachments/{attachment.id}"
