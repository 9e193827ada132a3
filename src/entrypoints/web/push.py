"""The page `/devices`: a browser is signed up for pushes, tried, and signed off; the script does what only it can."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from entrypoints import policies
from entrypoints.container import App
from entrypoints.languages import N_
from entrypoints.web.api.push import check_key
from entrypoints.web.home import Door

DOOR = Door("/devices", N_("Pushes"), N_("Have this browser tell you, even when the page is closed."))


def make_pages(app: App) -> Blueprint:
    """Return the blueprint of `/devices`."""
    pages = Blueprint("push", __name__)

    @pages.get("/devices")
    @policies.anyone
    def show() -> str:
        return render_template("devices.html", sandboxed="webpush" not in app.settings.vendors_of("push"))

    @pages.post("/devices/try")
    @policies.key_holder(limit="contact")
    def send_one() -> AnyResponse:
        device_id = request.form.get("device", "")
        check_key(app, device_id, request.form.get("key", ""))
        with app.uow.transaction():
            task = app.trial_push.ask(device_id)
        return redirect(url_for("tasks.show", task_id=task.id, key=app.links.sign(task.id)), 303)

    return pages
