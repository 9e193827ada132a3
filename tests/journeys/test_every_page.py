"""Every kind of page, light on a desk and dark in a hand: no WCAG 2.1 A or AA violation, and a quiet console."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from sqlalchemy import text

pytest.importorskip("playwright")

from axe_playwright_python.sync_playwright import Axe
from tests.journeys.conftest import until

from entrypoints.config import Settings
from entrypoints.container import build

AXE = Axe()
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
LOOKS: list[tuple[str, int, dict[str, Any]]] = [
    ("light", 1280, {"runOnly": WCAG, "rules": {"color-contrast": {"enabled": False}}}),
    ("dark", 390, {"runOnly": ["scrollable-region-focusable", "link-in-text-block"]}),
]
"""The second look asks only what depends on colours and width."""
CONTRAST = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
"""Four fifths of the time, so what stands around every page of a kind is asked about on the first of them alone."""
FRAMES = {"/", "/admin/", "/contact", "/login"}
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
        deleted = app.uow.connection.execute(text("SELECT max(id) FROM deleted_records")).scalar_one()
    app.uow.dispose()
    return [*_of_the_site(sent, dead, mail), *_of_the_panel(dead["id"], dead["task"]["id"], user, entry, deleted)]


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


def test_every_page_is_accessible_and_its_console_silent(chromium: Any, site: Any, addresses: list[str]) -> None:
    context = chromium.new_context(base_url=site.address, reduced_motion="reduce")
    page, said = context.new_page(), []
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    page.on("console", lambda line: said.append(f"{page.url}: {line.text}") if line.type == "error" else None)
    found = [*_sign_in_looking(page), *(wrong for address in addresses for wrong in _visit(page, address))]
    context.close()
    assert found == []
    assert [line for line in said if not EXPECTED.search(line)] == []


def _sign_in_looking(page: Any) -> list[str]:
    """Send the forms with mistakes first: what they say must be readable as well."""
    page.goto("/contact")
    page.get_by_role("button", name="Send the message").click()
    found = _violations(page)
    page.goto("/login")
    page.get_by_label("E-mail address").fill("admin@example.com")
    page.get_by_role("button", name="Sign in").click()
    found += _violations(page)
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/")
    return found


def _visit(page: Any, address: str) -> list[str]:
    page.goto(address)
    return [] if address in READERS else _violations(page)


def _violations(page: Any) -> list[str]:
    page.evaluate(AXE.axe_script)
    return [wrong for look in LOOKS for wrong in _violations_in(page, *look)]


def _violations_in(page: Any, scheme: str, width: int, rules: dict[str, Any]) -> list[str]:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    where = "html" if urlsplit(page.url).path in FRAMES else "main"
    asked = (("html", {**rules, "resultTypes": ["violations"]}), (where, CONTRAST))
    reports = [page.evaluate("asked => axe.run(...asked)", one) for one in asked]
    nodes = [(rule["id"], node) for report in reports for rule in report["violations"] for node in rule["nodes"]]
    said = [f"{name} {node['target']} {node['failureSummary'].splitlines()[-1].strip()}" for name, node in nodes]
    return [f"{page.url} ({scheme}, {width}): {wrong}" for wrong in ["wider than its window"] * wide + said]
