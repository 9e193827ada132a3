"""The panel on a site over SQLite, and a browser that reads forms before it sends them."""

import re

import pytest
from tests.admin.browser import PASSWORD, Browser

from core.domain.audit import AuditEntry
from core.ports.records import Question
from entrypoints.admin import make_admin
from entrypoints.web import make_web


@pytest.fixture
def site(app):
    flask_app = make_web(app)
    make_admin(app, flask_app)
    return flask_app


@pytest.fixture
def people(app):
    """One user of each lower role; the super-admin comes with the app."""
    with app.uow.transaction():
        return {
            role: app.accounts.create(f"{role}@example.org", role.title(), role, PASSWORD)
            for role in ("member", "staff", "admin")
        }


@pytest.fixture
def stranger(site):
    return Browser(site)


@pytest.fixture
def browser(site):
    """A browser with the super-admin signed in."""
    made = Browser(site)
    assert made.sign_in().status_code == 303
    return made


@pytest.fixture
def message(app):
    """Receive contact messages: `message(subject="Engines")` returns its id."""

    def receive(**fields):
        with app.uow.transaction():
            words = {"name": "Ada", "email": "ada@example.com", "subject": "Engines", "message": "Hello", **fields}
            return app.contact.receive(**words)[0].id

    return receive


@pytest.fixture
def acts(app):
    """The audit, newest first, as (who, did, kind)."""

    def read():
        with app.uow.reading():
            fields = ("id", "at", "actor_name", "action", "kind", "label", "changes")
            return app.record_store.page(AuditEntry, fields, Question(order="at", descending=True), 100).rows

    return read


@pytest.fixture
def exported(app, drain_queue):
    """Have a list exported, and take the file: `exported(browser, "/admin/users/", "search=ada")` returns its text."""

    def take(browser, where, query=""):
        browser.get("/admin/exports/")
        assert browser.post(f"{where}export/", {"back": query}).status_code == 303
        drain_queue(app, "exports")
        link = re.search(r'href="(/admin/exports/file/\?id=[^"]+)"', browser.get("/admin/exports/").text)
        return browser.get(link.group(1)).text

    return take
