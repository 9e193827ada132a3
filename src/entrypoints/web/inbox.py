"""The inbox of a development machine: all that was sent and stayed here, and the vendors that can be told to fail; in
production it does not exist."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from entrypoints import policies, trouble
from entrypoints.container import App
from entrypoints.lineup import lineup, sandboxed
from entrypoints.web.answers import json_answer

SHOWN, IN_JSON, OF_ONE_NUMBER = 200, 10_000, 50
CHANNELS = {"mail": "Mail", "sms": "SMS", "calls": "Calls", "push": "Push"}
VIEWS = {"html": "HTML", "phone": "Phone", "text": "Text", "source": "Source", "headers": "Headers"}
OF_HTML = ("html", "phone", "source")
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def make_inbox(app: App) -> Blueprint:
    """Return the blueprint of `/dev/inbox`."""
    pages = Blueprint("inbox", __name__, url_prefix="/dev")
    _read(pages, app)
    _clear(pages, app)
    _trouble(pages, app)
    return pages


def _read(pages: Blueprint, app: App) -> None:
    @pages.get("/inbox.json")
    @policies.anyone
    def as_json() -> Response:
        return json_answer({"messages": _messages(app, IN_JSON), "counts": app.inbox.counts()})

    @pages.get("/inbox")
    @policies.anyone
    def index() -> str:
        return render_template("inbox.html", **_list(app), **_surroundings(app), opened=None)

    @pages.get("/inbox/list")
    @policies.anyone
    def fresh() -> str:
        return render_template("_inbox_list.html", **_list(app) | {"is_fresh": True})

    @pages.get("/inbox/<number>")
    @policies.anyone
    def show(number: str) -> str:
        opened = app.inbox.get(number)
        return render_template("inbox.html", **_list(app), **_surroundings(app), **_opened(app, opened))

    @pages.get("/inbox/<number>/html")
    @policies.anyone
    def body(number: str) -> Response:
        answer = make_response('<base target="_blank">' + app.inbox.get(number).get("html", ""))
        answer.headers["Content-Security-Policy"] = MAIL_POLICY
        return answer


def _clear(pages: Blueprint, app: App) -> None:
    @pages.post("/inbox/clear")
    @policies.anyone
    def clear() -> AnyResponse:
        app.inbox.clear(_channel() or None)
        return redirect(url_for("inbox.index", channel=_channel() or None), 303)

    @pages.post("/inbox/<number>/delete")
    @policies.anyone
    def delete(number: str) -> AnyResponse:
        app.inbox.remove(number)
        return redirect(url_for("inbox.index", channel=_channel() or None, q=_search() or None), 303)


def _trouble(pages: Blueprint, app: App) -> None:
    @pages.post("/inbox/fail")
    @policies.anyone
    def fail() -> AnyResponse:
        asked = {name: request.form.get(name, "") for name in ("span", "rate", "slow")}
        trouble.cause(app, request.form.get("vendor", ""), **asked)
        return redirect(url_for("inbox.index", _anchor="trouble"), 303)

    @pages.post("/inbox/heal")
    @policies.anyone
    def heal() -> AnyResponse:
        trouble.end(app, request.form.get("vendor", ""))
        return redirect(url_for("inbox.index", _anchor="trouble"), 303)


def _list(app: App) -> dict[str, Any]:
    return {
        "messages": _messages(app, SHOWN), "most": SHOWN, "search": _search(), "channel": _channel(),
        "channels": CHANNELS, "counts": app.inbox.counts(), "is_fresh": False,
    }  # fmt: skip


def _messages(app: App, most: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = app.inbox.messages(most, _search() or None, _channel() or None)
    return found


def _surroundings(app: App) -> dict[str, Any]:
    """Who is asked for the channel, and how the vendors on this machine were told to be."""
    real = set(CHANNELS) - set(sandboxed(app.settings))
    orders = {vendor: trouble.told(order) for vendor, order in app.orders.standing().items()}
    return {
        "real": {channel: lineup(app.settings)[channel] for channel in CHANNELS if channel in real},
        "orders": orders, "vendors": trouble.obedient(app.settings), "manners": app.manners,
    }  # fmt: skip


def _opened(app: App, opened: dict[str, Any]) -> dict[str, Any]:
    """A message, how it is shown, what became of it, and for an SMS what else went to that number."""
    views = [name for name in VIEWS if opened.get("html") or name not in OF_HTML] if opened["channel"] == "mail" else []
    asked = request.args.get("tab", "")
    news = app.sandbox_tracker.news_of(opened["message_id"])
    return {
        "opened": opened, "news": news, "views": {name: VIEWS[name] for name in views},
        "tab": asked if asked in views else next(iter(views), ""),
        "thread": _thread(app, opened) if opened["channel"] == "sms" else [],
    }  # fmt: skip


def _thread(app: App, opened: dict[str, Any]) -> list[dict[str, Any]]:
    """What the number got, oldest first, as a phone shows it."""
    found = app.inbox.messages(OF_ONE_NUMBER, opened["to"], "sms")
    to_it = [one for one in found if one["to"] == opened["to"]]
    return sorted(to_it if opened in to_it else [*to_it, opened], key=lambda one: str(one["at"]))


def _search() -> str:
    return request.values.get("q", "")[:200]


def _channel() -> str:
    asked = request.values.get("channel", "")
    return asked if asked in CHANNELS else ""
