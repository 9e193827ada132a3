"""One post with what is said below it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.domain.kernel.ids import is_id
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.content.marks import reader, word

COMMENTS = 25


def add_reading(pages: Blueprint, app: App) -> None:
    """Put the page on the pages."""

    @pages.get("/posts/<post>")
    @policies.anyone
    def show(post: str) -> ResponseReturnValue:
        return post_page(app, post, "", {})


def post_page(app: App, post: str, comment: str, wrong: Mapping[str, str]) -> ResponseReturnValue:
    """The page of a post, with a comment that is not kept yet in its form. Raises `NotFound`."""
    before = request.args.get("before", "")
    with app.uow.reading():
        row = app.post_reader.post(word(post), reader())
        comments = app.post_reader.comments(
            row.id, reader(), most=COMMENTS + 1, before=before if is_id(before, "cmt") else ""
        )
        files = app.attachment_desk.of(row)
    if row.slug != post and request.method == "GET":
        return redirect(url_for("content.show", post=row.slug), 301)
    return render_template(
        "content/post.html", row=row, html=app.markup.html(row.body), summary=_summary(app, row.description, row.body),
        comments=[(one, app.markup.html(one.body, below=3)) for one in comments[:COMMENTS]], files=files,
        onward=comments[COMMENTS - 1].id if len(comments) > COMMENTS else "", said=comment, wrong=wrong,
        address=f"{app.settings.base_url}{url_for('content.show', post=row.slug)}", site=app.settings.base_url,
    )  # fmt: skip


def _summary(app: App, description: str, body: str) -> str:
    """What other sites show of a link to it."""
    return description or str(app.markup.plain(body, 200))
