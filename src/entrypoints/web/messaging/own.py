"""What somebody does with a message that they wrote: change it, take it back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.kernel.errors import Invalid
from core.domain.messaging import MOST_CHARACTERS
from entrypoints import policies
from entrypoints.container import App


def add_own(pages: Blueprint, app: App) -> None:
    """Put the pages on the blueprint."""

    @pages.get("/messages/<conversation_id>/<message_id>/edit")
    @policies.signed_in()
    def change(conversation_id: str, message_id: str) -> str:
        with app.uow.reading():
            found = app.message_desk.show(current_user.user.id, conversation_id, message_id)
        return _page(conversation_id, message_id, found.text if found.author_id == current_user.user.id else "")

    @pages.post("/messages/<conversation_id>/<message_id>/edit")
    @policies.signed_in(limit="message")
    def edit(conversation_id: str, message_id: str) -> ResponseReturnValue:
        text = request.form.get("text", "")
        try:
            with app.uow.transaction():
                app.message_desk.edit(app.message_desk.own(current_user.user.id, conversation_id, message_id), text)
        except Invalid as wrong:
            return _page(conversation_id, message_id, text, wrong.fields), 422
        return _back(conversation_id, message_id)

    @pages.post("/messages/<conversation_id>/<message_id>/delete")
    @policies.signed_in()
    def delete(conversation_id: str, message_id: str) -> ResponseReturnValue:
        with app.uow.transaction():
            app.message_desk.delete(app.message_desk.own(current_user.user.id, conversation_id, message_id))
        flash(_("The message is taken back."), "success")
        return _back(conversation_id, message_id)


def _page(conversation_id: str, message_id: str, text: str, wrong: dict[str, str] | None = None) -> str:
    return render_template(
        "messaging/edit.html", conversation_id=conversation_id, message_id=message_id, text=text, wrong=wrong or {},
        most=MOST_CHARACTERS,
    )  # fmt: skip


def _back(conversation_id: str, message_id: str) -> ResponseReturnValue:
    return redirect(url_for("messaging.show", conversation_id=conversation_id, _anchor=message_id), 303)
