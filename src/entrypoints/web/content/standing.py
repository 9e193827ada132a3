"""What becomes of a post of one's own beside its words: shown to everybody, taken out of lists, deleted."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.domain.content import Post
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.content.marks import reader, word


def add_standing(pages: Blueprint, app: App) -> None:
    """Put the buttons, and the page that asks before anything is deleted, on the pages."""

    @pages.post("/posts/<post>/publish")
    @policies.signed_in(limit="post")
    def publish(post: str) -> ResponseReturnValue:
        found = _done(app, post, app.post_desk.publish)
        flash(_("Everybody can read it now."), "success")
        return redirect(url_for("content.show", post=found.slug), 303)

    @pages.post("/posts/<post>/archive")
    @policies.signed_in(limit="post")
    def archive(post: str) -> ResponseReturnValue:
        found = _done(app, post, app.post_desk.archive)
        flash(_("It is in no list any more; who has its address still reads it."), "success")
        return redirect(url_for("content.show", post=found.slug), 303)

    @pages.get("/posts/<post>/delete")
    @policies.signed_in()
    def ask_delete(post: str) -> str:
        with app.uow.reading():
            found = app.post_desk.of_author(word(post), reader())
        return render_template("content/delete.html", post=found)

    @pages.post("/posts/<post>/delete")
    @policies.signed_in()
    def delete(post: str) -> ResponseReturnValue:
        _done(app, post, app.post_desk.delete)
        flash(_("It is deleted, with what was said below it."), "success")
        return redirect(url_for("content.mine"), 303)


def _done(app: App, post: str, verb: Any) -> Post:
    with app.uow.transaction():
        found: Post = app.post_desk.of_author(word(post), reader())
        verb(found)
    return found
