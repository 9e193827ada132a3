"""Files of one's own posts: added and deleted on the post's page, where nothing typed can be lost by it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.domain.kernel.errors import Invalid
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.content.marks import reader, word
from entrypoints.web.content.reading import post_page
from entrypoints.web.sizes import MB, takes

LARGEST = 12 * MB
"""More than a file may have, so that who sends one of 11 MB reads on the page why it is not taken."""


def add_files(pages: Blueprint, app: App) -> None:
    """Put the forms on the pages. Their addresses name no post: the server in front knows by them what is large."""

    @pages.post("/posts/attach")
    @policies.signed_in(limit="pictures")
    @takes(LARGEST)
    def attach() -> ResponseReturnValue:
        post, sent = word(request.form.get("post", "")), request.files.get("file")
        try:
            app.attachment_desk.keep(post, reader(), (sent and sent.filename) or "", sent.read() if sent else b"")
        except Invalid as wrong:
            sentence = " ".join(wrong.fields.values())
            return post_page(app, post, "", {"file": sentence}), 422
        return _back(app, post, _("The file is kept. Its line for the text stands beside it."))

    @pages.post("/posts/detach")
    @policies.signed_in()
    def detach() -> ResponseReturnValue:
        post = word(request.form.get("post", ""))
        app.attachment_desk.remove(word(request.form.get("attachment", "")), reader())
        return _back(app, post, _("The file is deleted."))


def _back(app: App, post: str, words: str) -> ResponseReturnValue:
    with app.uow.reading():
        slug = app.post_reader.post(post, reader()).slug
    flash(words, "success")
    return redirect(url_for("content.show", post=slug, _anchor="files"), 303)
