"""The pages of messages: somebody's conversations, one of them with what is written there, and whom they blocked."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from jinja2.utils import urlize
from markupsafe import Markup

from core.domain.kernel.errors import Forbidden, Invalid
from core.domain.kernel.ids import is_id
from core.domain.messaging import MOST_CHARACTERS
from entrypoints import policies
from entrypoints.container import App
from entrypoints.languages import N_
from entrypoints.web.account import Tab
from entrypoints.web.messaging.blocked import add_blocked
from entrypoints.web.messaging.own import add_own
from entrypoints.web.messaging.people import add_people

TAB = Tab("/account/blocked", N_("Blocked people"), 75)
PAGE = 20


def make_pages(app: App) -> Blueprint:
    """Return the blueprint of `/messages` and `/account/blocked`."""
    pages = Blueprint("messaging", __name__)

    @pages.app_context_processor
    def waiting() -> dict[str, Any]:
        return {"messages_waiting": lambda: _waiting(app)}

    @pages.app_template_filter("linked")
    def linked(text: str) -> Markup:
        """What somebody wrote, with its addresses as links that vouch for nothing."""
        return Markup(urlize(text, rel="nofollow noopener ugc"))  # noqa: S704 – urlize escapes

    _add_list(pages, app)
    _add_start(pages, app)
    _add_conversation(pages, app)
    _add_writing(pages, app)
    add_own(pages, app)
    add_people(pages, app)
    add_blocked(pages, app)
    return pages


def _add_list(pages: Blueprint, app: App) -> None:
    @pages.get("/messages")
    @policies.signed_in()
    def index() -> str:
        place = _place()
        with app.uow.reading():
            shown = app.conversation_desk.of(current_user.user.id, most=PAGE, **place)
        others = [[shown.people[key] for key in one.others if key in shown.people] for one in shown.entries]
        return render_template("messaging/index.html", shown=shown, lines=list(zip(shown.entries, others, strict=True)))


def _add_start(pages: Blueprint, app: App) -> None:
    @pages.get("/messages/new")
    @policies.signed_in()
    def new() -> str:
        return _new_page({}, request.args.get("to", "")[:200])

    @pages.post("/messages/new")
    @policies.signed_in(limit="message")
    def start() -> ResponseReturnValue:
        people, text = request.form.get("people", ""), request.form.get("text", "")
        try:
            with app.uow.transaction():
                names = people.replace(",", " ").split()
                begun = app.conversation_desk.start(current_user.user, names, text)
        except Invalid as wrong:
            return _new_page(wrong.fields, people, text), 422
        return _to(begun.conversation.id)


def _add_conversation(pages: Blueprint, app: App) -> None:
    @pages.get("/messages/<conversation_id>")
    @policies.signed_in()
    def show(conversation_id: str) -> str:
        return _page(app, conversation_id)

    @pages.get("/messages/<conversation_id>/live")
    @policies.signed_in()
    def live(conversation_id: str) -> ResponseReturnValue:
        """What is written, anew, if there is more than the page shows."""
        with app.uow.reading():
            member = app.message_desk.member(current_user.user.id, conversation_id)
            if member.last_id == request.args.get("newest"):
                return Response(status=204)
            return render_template("messaging/_thread.html", **_facts(app, conversation_id))

    @pages.post("/messages/<conversation_id>/read")
    @policies.signed_in()
    def read(conversation_id: str) -> ResponseReturnValue:
        with app.uow.transaction():
            app.message_desk.mark_read(current_user.user.id, conversation_id, request.form.get("up_to", ""))
        return Response(status=204) if "HX-Request" in request.headers else _to(conversation_id)


def _add_writing(pages: Blueprint, app: App) -> None:
    @pages.post("/messages/<conversation_id>")
    @policies.signed_in(limit="message")
    def write(conversation_id: str) -> ResponseReturnValue:
        text = request.form.get("text", "")
        try:
            with app.uow.transaction():
                app.message_desk.write(current_user.user.id, conversation_id, text)
        except Invalid as wrong:
            return _page(app, conversation_id, wrong.fields, text), 422
        except Forbidden as closed:
            return _page(app, conversation_id, {"text": closed.sentence}, text), 403
        return _to(conversation_id)

    @pages.post("/messages/<conversation_id>/mute")
    @policies.signed_in()
    def mute(conversation_id: str) -> ResponseReturnValue:
        is_muted = request.form.get("muted") == "yes"
        with app.uow.transaction():
            app.conversation_desk.mute(current_user.user.id, conversation_id, is_muted=is_muted)
        flash(_("Nothing rings for this conversation any more.") if is_muted else _("It rings again."), "success")
        return _to(conversation_id)


def _page(app: App, conversation_id: str, wrong: dict[str, str] | None = None, text: str = "") -> str:
    with app.uow.reading():
        facts = _facts(app, conversation_id)
    return render_template("messaging/conversation.html", wrong=wrong or {}, text=text, most=MOST_CHARACTERS, **facts)


def _facts(app: App, conversation_id: str) -> dict[str, Any]:
    """A conversation and some of its messages, the newest at the bottom."""
    user, place = current_user.user, _place()
    shown = app.conversation_desk.show(user.id, conversation_id)
    messages = app.message_desk.page(user.id, conversation_id, most=PAGE, **place)
    authors = app.conversation_desk.people(messages.messages)
    others = [one for key, one in shown.people.items() if key != user.id]
    blocked = shown.conversation.of_two and bool(others) and app.contacts.has_blocked(user.id, others[0].id)
    return {
        "shown": shown, "slice": messages, "messages": messages.messages[::-1], "authors": authors, "others": others,
        "is_newest": not messages.has_newer, "is_blocked": blocked,
    }  # fmt: skip


def _new_page(wrong: dict[str, str], people: str, text: str = "") -> str:
    return render_template("messaging/new.html", wrong=wrong, people=people, text=text, most=MOST_CHARACTERS)


def _place() -> dict[str, str]:
    """Where in a list: after a message, or before one; the newest for what is no message."""
    after, before = request.args.get("after", ""), request.args.get("before", "")
    return {"after": after} if is_id(after, "dms") else {"before": before} if is_id(before, "dms") else {}


def _waiting(app: App) -> int:
    """In how many conversations something waits for this visitor: one look at an index."""
    with app.uow.reading():
        number: int = app.conversation_desk.unread(current_user.user.id)
    return number


def _to(conversation_id: str) -> ResponseReturnValue:
    return redirect(url_for("messaging.show", conversation_id=conversation_id, _anchor="write"), 303)
