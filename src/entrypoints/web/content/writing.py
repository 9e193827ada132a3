"""The editor: a post is written, looked at before it is kept, and changed; nothing that was typed is ever lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.domain.content import Post, State
from core.domain.content.post import BODY_MOST
from core.domain.kernel.errors import Invalid, TooMany
from core.ports.content import PostRow
from entrypoints import policies
from entrypoints.container import App
from entrypoints.languages import N_
from entrypoints.web.content.marks import reader, word
from entrypoints.web.content.shown import read_tags, write_tags
from entrypoints.web.errors import answer_failure
from entrypoints.web.sizes import MB, takes

FIELDS = ("title", "description", "body", "tags")
CHANGED = N_(
    "This post was changed meanwhile, in another window perhaps. Nothing of yours is lost: it stands in the form, and "
    "what is kept now stands below. Bring them together, then save; what is in the form is kept then."
)


def add_writing(pages: Blueprint, app: App) -> None:
    """Put the editor on the pages."""
    _add_new(pages, app)
    _add_changing(pages, app)


def _add_new(pages: Blueprint, app: App) -> None:
    @pages.get("/posts/new")
    @policies.signed_in()
    def new() -> str:
        return _editor(app, None, {})

    @pages.post("/posts/new")
    @policies.signed_in(limit="post")
    @policies.held_up(lambda wait: _not_now(app, None, wait))
    @takes(MB)
    def create() -> ResponseReturnValue:
        do = request.form.get("do", "")
        if do == "preview":
            return _editor(app, None, _given(), is_preview=True)
        state = State.PUBLISHED if do == "publish" else State.DRAFT
        try:
            with app.uow.transaction():
                post = app.post_desk.write(reader(), **_words(_given()), state=state)
        except Invalid as wrong:
            return _editor(app, None, _given(), wrong.fields), 422
        return _kept(post)


def _add_changing(pages: Blueprint, app: App) -> None:
    @pages.get("/posts/<post>/edit")
    @policies.signed_in()
    def edit(post: str) -> str:
        row = _own(app, post)
        return _editor(app, row, _of(row))

    @pages.post("/posts/<post>/edit")
    @policies.signed_in(limit="post")
    @policies.held_up(lambda wait: _not_now(app, _own(app, (request.view_args or {})["post"]), wait))
    @takes(MB)
    def change(post: str) -> ResponseReturnValue:
        if request.form.get("do") == "preview":
            return _editor(app, _own(app, post), _given(), is_preview=True)
        try:
            found = _change(app, post)
        except Invalid as wrong:
            return _editor(app, _own(app, post), _given(), wrong.fields), 422
        if found is None:
            row = _own(app, post)
            return _editor(app, row, {**_given(), "version": row.version}, {"form": CHANGED}, kept=row), 409
        return _kept(found)


def _change(app: App, post: str) -> Post | None:
    """Change a post, or return None when it is not what this form was made from; it is held meanwhile."""
    with app.uow.transaction():
        found: Post = app.post_desk.of_author(word(post), reader())
        if request.form.get("version") != str(found.version):
            return None
        app.post_desk.change(found, _words(_given()))
        if request.form.get("do") == "publish" and found.state != State.PUBLISHED:
            app.post_desk.publish(found)
    return found


def _kept(post: Post) -> ResponseReturnValue:
    words = {
        State.DRAFT: _("It is kept as a draft, which only you see."),
        State.PUBLISHED: _("It is kept, and everybody can read it."),
        State.ARCHIVED: _("It is kept, and stays out of lists."),
    }
    flash(words[State(post.state)], "success")
    return redirect(url_for("content.show", post=post.slug), 303)


def _own(app: App, post: str) -> PostRow:
    """One's own post, as it is kept. Raises `NotFound`, and `Forbidden` for a post of somebody else."""
    with app.uow.reading():
        found = app.post_desk.of_author(word(post), reader())
        row: PostRow = app.post_reader.post(found.id, reader())
    return row


def _not_now(app: App, row: PostRow | None, wait: TooMany) -> Response:
    answer = answer_failure(wait)
    answer.set_data(_editor(app, row, _given(), {"form": wait.sentence}))
    answer.mimetype = "text/html"
    return make_response(answer)


def _given() -> dict[str, Any]:
    """What stands in the form."""
    return {name: request.form.get(name, "").replace("\r\n", "\n") for name in (*FIELDS, "version")}


def _of(row: PostRow) -> dict[str, Any]:
    """What stands in the form of a post that is kept."""
    return {**{name: getattr(row, name) for name in (*FIELDS, "version")}, "tags": write_tags(list(row.tags))}


def _words(given: Mapping[str, Any]) -> dict[str, Any]:
    return {**{name: given[name] for name in FIELDS}, "tags": read_tags(given["tags"])}


def _editor(
    app: App,
    row: PostRow | None,
    given: Mapping[str, Any],
    wrong: Mapping[str, str] | None = None,
    *,
    is_preview: bool = False,
    kept: PostRow | None = None,
) -> str:
    shown = app.markup.html(given["body"][:BODY_MOST]) if is_preview else ""
    return render_template(
        "content/editor.html", row=row, given=given, wrong=wrong or {}, preview=shown, is_preview=is_preview,
        kept=_of(kept) if kept else None, most=BODY_MOST,
    )  # fmt: skip
