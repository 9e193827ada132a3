"""Who is in a conversation: people are brought in, and leave."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.kernel.errors import Invalid
from entrypoints import policies
from entrypoints.container import App


def add_people(pages: Blueprint, app: App) -> None:
    """Put the pages on the blueprint."""

    @pages.post("/messages/<conversation_id>/people")
    @policies.signed_in(limit="message")
    def add(conversation_id: str) -> ResponseReturnValue:
        names = request.form.get("people", "").replace(",", " ").split()
        try:
            with app.uow.transaction():
                app.conversation_desk.add(current_user.user, conversation_id, names)
        except Invalid as wrong:
            flash(" ".join(wrong.fields.values()), "warning")
        else:
            flash(_("They read what is written from now on."), "success")
        return redirect(url_for("messaging.show", conversation_id=conversation_id), 303)

    @pages.post("/messages/<conversation_id>/leave")
    @policies.signed_in()
    def leave(conversation_id: str) -> ResponseReturnValue:
        with app.uow.transaction():
            app.conversation_desk.leave(current_user.user.id, conversation_id)
        flash(_("You have left the conversation."), "success")
        return redirect(url_for("messaging.index"), 303)
