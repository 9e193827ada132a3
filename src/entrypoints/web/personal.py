"""/account/data: what is held of somebody and why, a copy of it, and the way out; /account/keep, the way back."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, send_file, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.kernel.errors import Forbidden, Invalid
from core.domain.personal.leaving import GRACE, called
from entrypoints import policies
from entrypoints.container import App
from entrypoints.languages import N_
from entrypoints.web.account import Tab

TAB = Tab("/account/data", N_("Your data"), 90)
OPEN = ("personal.staying", "personal.stay", "sign_in.logout", "sign_in.login", "sign_in.again", "languages.choose")
LEAVING = "This account will be erased. Sign in on the site to keep it."


def make_pages(app: App) -> Blueprint:
    """Return the pages."""
    pages = Blueprint("personal", __name__, url_prefix="/account")
    _add_copies(pages, app)
    _add_leaving(pages, app)
    _add_staying(pages, app)
    return pages


def _add_copies(pages: Blueprint, app: App) -> None:
    @pages.get("/data")
    @policies.signed_in()
    def show() -> str:
        with app.uow.reading():
            copies = app.copy_desk.of(current_user.user)
        return render_template("account/data.html", copies=copies, declared=app.dossier.declared)

    @pages.post("/data/copies")
    @policies.signed_in(fresh=True, limit="copy")
    def order() -> ResponseReturnValue:
        with app.uow.transaction():
            app.copy_desk.order(current_user.user)
        flash(_("Your copy is being written. We mail you when it is ready."), "success")
        return redirect(url_for("personal.show"), 303)

    @pages.get("/data/copies/<task_id>")
    @policies.signed_in(fresh=True)
    def take(task_id: str) -> ResponseReturnValue:
        with app.uow.reading():
            copy, file = app.copy_desk.open(task_id, current_user.user)
        name = f"{current_user.user.username or 'my'}-{copy.task.created_at:%Y-%m-%d}.zip"
        answer = send_file(file, "application/zip", as_attachment=True, download_name=name)
        answer.headers["Cache-Control"] = "no-store"
        answer.content_length = copy.size
        return answer


def _add_leaving(pages: Blueprint, app: App) -> None:
    @pages.get("/data/erase")
    @policies.signed_in(fresh=True)
    def leaving() -> str:
        return _leaving({})

    @pages.post("/data/erase")
    @policies.signed_in(fresh=True)
    def leave() -> ResponseReturnValue:
        try:
            with app.uow.transaction():
                app.leaving_desk.leave(current_user.user.id, request.form.get("username", ""))
        except Invalid as wrong:
            return _leaving(wrong.fields), 422
        session.clear()
        flash(_("You are signed out. In 14 days your account is erased; sign in before then to keep it."), "success")
        return redirect(url_for("sign_in.login"), 303)


def _add_staying(pages: Blueprint, app: App) -> None:
    @pages.before_app_request
    def hold() -> ResponseReturnValue | None:
        """Who is leaving comes to one page only: that is where they stay, or go on leaving."""
        user = getattr(g.get("_login_user"), "user", None)  # whoever came with a cookie or a token is known by now
        if user is None or user.leaving_at is None or _is_open():
            return None
        if request.path.startswith("/api/"):
            raise Forbidden(LEAVING)
        return redirect(url_for("personal.staying"), 303)

    @pages.get("/keep")
    @policies.signed_in(half=True)
    def staying() -> ResponseReturnValue:
        if current_user.user.leaving_at is None:
            return redirect(url_for("personal.show"), 303)
        return render_template("account/staying.html", until=current_user.user.leaving_at)

    @pages.post("/keep")
    @policies.signed_in(half=True)
    def stay() -> ResponseReturnValue:
        with app.uow.transaction():
            app.leaving_desk.stay(current_user.user.id)
        flash(_("Welcome back. Your account is kept."), "success")
        return redirect(url_for("personal.show"), 303)


def _is_open() -> bool:
    return request.endpoint in OPEN or (request.endpoint or "").endswith("static")


def _leaving(wrong: dict[str, str]) -> str:
    days, name = GRACE.days, called(current_user.user)
    return render_template("account/leaving.html", wrong=wrong, days=days, called=name, given=request.form)
