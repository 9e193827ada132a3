"""Comments: written below a post, changed and taken out by who wrote them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.domain.content import Post
from core.domain.kernel.errors import Conflict, Invalid, TooMany
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.content.marks import reader, word
from entrypoints.web.content.reading import post_page
from entrypoints.web.errors import answer_failure


def add_comments(pages: Blueprint, app: App) -> None:
    """Put them on the pages."""
    _add_writing(pages, app)
    _add_changing(pages, app)


def _add_writing(pages: Blueprint, app: App) -> None:
    def not_now(wait: TooMany) -> ResponseReturnValue:
        answer = answer_failure(wait)
        answer.set_data(_again(app, request.view_args or {}, wait.sentence))
        answer.mimetype = "text/html"
        return answer

    @pages.post("/posts/<post>/comments")
    @policies.signed_in(limit="comment")
    @policies.held_up(not_now)
    def comment(post: str) -> ResponseReturnValue:
        try:
            with app.uow.transaction():
                found = app.post_desk.get(word(post), reader())
                made = app.comment_desk.write(found, reader(), request.form.get("body", ""))
        except Invalid as wrong:
            return post_page(app, post, request.form.get("body", ""), wrong.fields), 422
        except Conflict as closed:
            return _again(app, {"post": post}, closed.sentence), 409
        return redirect(_place(found, made.id), 303)


def _add_changing(pages: Blueprint, app: App) -> None:
    @pages.get("/posts/<post>/comments/<comment>")
    @policies.signed_in()
    def one_comment(post: str, comment: str) -> ResponseReturnValue:
        with app.uow.reading():
            found = app.post_desk.get(word(post), reader())
            kept = app.comment_desk.of_author(found, word(comment), reader())
        return render_template("content/comment.html", post=found, comment=kept, said=kept.body, wrong={})

    @pages.post("/posts/<post>/comments/<comment>")
    @policies.signed_in(limit="comment")
    def change_comment(post: str, comment: str) -> ResponseReturnValue:
        said = request.form.get("body", "")
        try:
            with app.uow.transaction():
                found = app.post_desk.get(word(post), reader())
                kept = app.comment_desk.of_author(found, word(comment), reader())
                app.comment_desk.change(kept, said)
        except Invalid as wrong:
            return render_template("content/comment.html", post=found, comment=kept, said=said, wrong=wrong.fields), 422
        flash(_("Your comment is changed."), "success")
        return redirect(_place(found, kept.id), 303)

    @pages.post("/posts/<post>/comments/<comment>/delete")
    @policies.signed_in()
    def delete_comment(post: str, comment: str) -> ResponseReturnValue:
        with app.uow.transaction():
            found = app.post_desk.get(word(post), reader())
            app.comment_desk.delete(app.comment_desk.of_author(found, word(comment), reader()))
        flash(_("Your comment is deleted."), "success")
        return redirect(url_for("content.show", post=found.slug, _anchor="comments"), 303)


def _again(app: App, where: dict[str, Any], sentence: str) -> Any:
    return post_page(app, where["post"], request.form.get("body", ""), {"body": sentence})


def _place(post: Post, comment_id: str) -> str:
    return url_for("content.show", post=post.slug, _anchor=comment_id)
