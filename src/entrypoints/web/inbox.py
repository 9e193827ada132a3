"""The inbox of a development machine: every mail that stayed here; in production it does not exist."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from entrypoints.container import App
from entrypoints.web.answers import json_answer

SHOWN, IN_JSON = 200, 10_000
TABS = ("html", "text", "source", "headers")
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def make_inbox(app: App) -> Blueprint:
    """Return the blueprint of `/dev/inbox`."""
    pages = Blueprint("inbox", __name__, url_prefix="/dev")

    @pages.get("/inbox.json")
    def as_json() -> Response:
        return json_answer({"messages": app.inbox.messages(most=IN_JSON, search=request.args.get("q"))})

    @pages.get("/inbox")
    def index() -> str:
        return render_template("inbox.html", **_list(app), opened=None, sandboxed=app.settings.smtp.url is None)

    @pages.get("/inbox/list")
    def fresh() -> str:
        return render_template("_inbox_list.html", **_list(app))

    @pages.get("/inbox/<number>")
    def show(number: str) -> str:
        opened = app.inbox.get(number)
        tab = request.args.get("tab", "")
        tab = tab if tab in TABS else "html" if opened["html"] else "text"
        return render_template("inbox.html", **_list(app), opened=opened, tab=tab, tabs=TABS, sandboxed=True)

    @pages.get("/inbox/<number>/html")
    def body(number: str) -> Response:
        answer = make_response('<base target="_blank">' + app.inbox.get(number)["html"])
        answer.headers["Content-Security-Policy"] = MAIL_POLICY
        return answer

    @pages.post("/inbox/clear")
    def clear() -> AnyResponse:
        app.inbox.clear()
        return redirect(url_for("inbox.index"), 303)

    return pages


def _list(app: App) -> dict[str, object]:
    search = request.args.get("q", "")[:200]
    return {"messages": app.inbox.messages(most=SHOWN, search=search or None), "search": search, "most": SHOWN}
