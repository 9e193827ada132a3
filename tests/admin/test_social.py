"""Accounts elsewhere in the panel: seen by whose they are, and disconnected by who may act on their owner."""

from datetime import UTC, datetime

import pytest

from core.domain.kernel.errors import Conflict, Forbidden
from core.ports.social import Claims

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
CLAIMS = Claims(issuer="https://accounts.google.com", subject="1001", email="ada@gmail.example", name="Ada")


@pytest.fixture
def tied(app, people):
    """Connect a role's user with Google: `tied("member")` is the identity."""

    def make(role):
        with app.uow.transaction():
            owner = people.get(role) or app.users.by_email("admin@example.com")
            app.connections.tie_first(owner, "google", CLAIMS, NOW)
            return app.connections.of(owner)[0]

    return make


def test_user_page_leads_to_what_they_are_connected_with(browser, people, tied):
    tied("member")
    page = browser.get(f"/admin/users/details/?id={people['member'].id}").text
    assert ("ada@gmail.example" in page, "ada@gmail.example" in browser.get("/admin/identities/").text) == (True, True)


def test_identity_is_disconnected_and_the_audit_says_so_once(app, browser, tied, acts):
    made = tied("member")
    browser.get("/admin/identities/")
    form = {"action": "disconnected", "rowid": made.id, "sure": "yes", "alone": "yes"}
    answer = browser.post("/admin/identities/action/", form)
    assert (answer.status_code, answer.location) == (303, "/admin/identities/")
    with app.uow.reading():
        assert app.identities.find(CLAIMS.issuer, CLAIMS.subject) is None
    assert [act["action"] for act in acts() if "connected" in act["action"]] == ["disconnected", "connected"]


def test_nobody_disconnects_somebody_above_them_or_takes_the_last_way_in(app, people, tied):
    made, disconnect = tied("super-admin"), app.kinds["identities"].actions["disconnected"].run
    with pytest.raises(Forbidden, match="Your role is admin"), app.uow.transaction():
        disconnect(made.id, people["admin"])
    with pytest.raises(Conflict, match="only way to sign in"), app.uow.transaction():
        boss = app.users.by_email("admin@example.com")
        boss.password_hash = None
        disconnect(made.id, boss)
