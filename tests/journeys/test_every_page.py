"""Every kind of page, light on a desk and dark in a hand: no WCAG 2.1 A or AA violation, and a quiet console."""

import re
from typing import Any

import pytest
import requests
from sqlalchemy import text

pytest.importorskip("playwright")

from tests.journeys.conftest import until
from tests.journeys.looks import Looks

from entrypoints.config import Settings
from entrypoints.container import build

EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of 4")
"""Chromium's own remark on a page that is an error page on purpose."""
READERS = {"/docs"}
"""Another house's pages (Scalar): held to the console's silence, not to axe."""


@pytest.fixture(scope="package")
def addresses(site: Any) -> list[str]:
    """Every kind of page, with something on it."""
    sent = requests.post(f"{site.address}/api/v1/contact-messages", json=LETTER, timeout=10).json()
    until(lambda: requests.get(f"{site.address}{sent['status_url']}", timeout=10).json()["state"] == "done",
          seconds=20, what="the message to be sent")  # fmt: skip
    dead = requests.post(f"{site.address}/api/v1/contact-messages", json=LETTER, timeout=10).json()
    mail = requests.get(f"{site.address}/dev/inbox.json", timeout=10).json()["messages"][0]["id"]
    app = build(Settings(home=site.home))
    with app.uow.transaction():
        admin = app.users.by_email("admin@example.com")
        user, tasks = admin.id, app.kinds["tasks"]
        app.exports.order(tasks, tasks.question(), "", admin)
        app.audit.note("changed", "user", user, label="Ada", before={"name": "A"}, after={"name": "B"})
        app.uow.connection.execute(DEAD, {"id": dead["task"]["id"]})
        entry = app.uow.connection.execute(text("SELECT max(id) FROM audit_entries")).scalar_one()
        gone, _ = app.records.create(app.kinds["contact-messages"], LETTER, app.users.get(user))
        app.records.delete(app.kinds["contact-messages"], [gone], app.users.get(user))
        app.accounts.create("talker@example.org", "Grace Hopper", "member", "correct horse battery")
        talk = app.conversation_desk.start(app.users.get(user), ["talker"], "See https://example.com").conversation.id
        post = app.post_desk.write(user, title="Looms", body="# They\n\n*weave* `cards`.", tags=["engines"])
        comment = app.comment_desk.write(post, user, "> Well\n\nwoven: https://example.com")
        app.post_desk.hide(app.post_desk.write(user, title="Hidden", body="x").id, "It is an advertisement")
        deleted = app.uow.connection.execute(text("SELECT max(id) FROM deleted_records")).scalar_one()
    app.uow.dispose()
    further = [f"/messages/{talk}", "/report/users/talker", "/admin/reports/", "/admin/direct-messages/"]
    further += [f"/posts/{post.slug}{part}" for part in ("", "/edit", "/delete", f"/comments/{comment.id}")]
    return [
        *_of_the_site(sent, dead, mail),
        *further,
        *_of_the_panel(dead["id"], dead["task"]["id"], user, entry, deleted),
    ]


LETTER = {"name": "Ada", "email": "ada@example.com", "subject": "Engines", "message": "Hello", "notify_me": True}
DEAD = text("UPDATE tasks SET state = 'dead', error = 'No route.', trace = 'Traceback' WHERE id = :id")


def _of_the_site(sent: dict[str, Any], dead: dict[str, Any], mail: str) -> list[str]:
    letters = [f"/dev/inbox/{mail}?tab={tab}" for tab in ("html", "phone", "text", "source", "headers")]
    own = [
        "/",
        "/contact",
        "/devices",
        "/places?address=Hamburg",
        "/places?me=1",
        sent["page_url"],
        dead["page_url"],
        "/docs",
        "/signup",
        "/reset",
        "/account",
        "/account/data",
        "/account/data/erase",
        "/@admin",
        "/account/sign-in",
        "/account/sign-in/address",
        "/account/sessions",
        "/account/two-factors",
        "/account/connections",
        "/login/pretend?state=s&nonce=n&challenge=c",
        "/login/from/google?error=access_denied",
        "/account/tokens",
        "/account/tokens/new",
        "/account/notifications",
        "/notifications",
        "/messages",
        "/messages/new",
        "/account/blocked",
        "/posts",
        "/posts/feed",
        "/posts/mine",
        "/posts/new",
        "/posts/hidden",
        "/tags",
        "/tags/engines",
        "/nowhere",
        "/problems/invalid",
    ]
    return [*own, "/dev/inbox", "/dev/inbox?q=nothing", "/dev/inbox?channel=sms", *letters]


def _of_the_panel(message: str, task: str, user: str, entry: str, deleted: str) -> list[str]:
    kinds = {"users": user, "contact-messages": message, "tasks": task, "schedules": "clean-up", "audit-entries": entry}
    shown = [page for kind, key in kinds.items() for page in (f"{kind}/", f"{kind}/details/?id={key}")]
    forms = [f"{kind}/{page}" for kind in ("users", "contact-messages")
             for page in ("new/", f"edit/?id={kinds[kind]}", f"delete/?id={kinds[kind]}")]  # fmt: skip
    lists = [
        "doctor/",
        "recycle-bin/",
        "deliveries/",
        "suppressions/",
        "users/look-up/?q=admin",
        f"audit-entries/?actor_id.is={user}",
        f"recycle-bin/details/?id={deleted}",
        "recycle-bin/empty/",
        "contact-messages/?delivered_at.exists=no",
        "contact-messages/?search=nothing",
        "tasks/?sort=nonsense",
        "find/?q=ada",
        "monitor/",
        "vendors/",
        "prices/",
        "metered-minutes/",
        "timetable/",
        "timetable/edit/?id=clean-up",
        "messages/",
        "messages/edit/?name=contact_delivered&channel=sms",
        "messages/edit/?name=contact_delivered&channel=mail",
        "tasks/?state.is=dead&queue.is=&all=yes",
        f"users/revert/?id={user}&version={entry}",
        "exports/",
        "roles/",
        "roles/edit/",
    ]
    return [f"/admin/{page}" for page in ("", *shown, *forms, *lists, "nothing-here/")] + ["/password"]


def test_every_page_is_accessible_and_its_console_silent(newcomer: Any, looks: Looks, addresses: list[str]) -> None:
    said: list[str] = []

    def complain(error: Any) -> None:
        said.append(f"{newcomer.url}: {error}")

    def read(line: Any) -> None:
        if line.type == "error" and not EXPECTED.search(line.text):
            said.append(f"{newcomer.url}: {line.text}")

    newcomer.on("pageerror", complain)
    newcomer.on("console", read)
    found = _sign_in_looking(newcomer, looks)
    for address in addresses:
        newcomer.goto(address)
        found += [] if address in READERS else looks.violations(newcomer)
    newcomer.remove_listener("pageerror", complain)
    newcomer.remove_listener("console", read)
    assert found == []
    assert said == []


def _sign_in_looking(page: Any, looks: Looks) -> list[str]:
    """Send the forms with mistakes first: what they say must be readable as well."""
    page.goto("/contact")
    page.get_by_role("button", name="Send the message").click()
    found = looks.violations(page)
    page.goto("/login")
    page.get_by_label("E-mail address").fill("admin@example.com")
    page.get_by_role("button", name="Sign in").click()
    found += looks.violations(page)
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/")
    return found
