"""Access tokens in the panel: seen without their text, and revoked by who may act on their owner."""

import pytest

from core.domain.kernel.errors import Forbidden


@pytest.fixture
def token(app, people):
    """Make tokens: `token("admin")` is one of a role's user, with its text."""

    def make(role):
        with app.uow.transaction():
            owner = people.get(role) or app.users.by_email("admin@example.com")
            return app.token_desk.make(owner, name=f"of {role}", scopes=["me.read"], days=30)

    return make


def test_tokens_are_listed_without_what_could_make_one(browser, token):
    made = token("member")
    page = browser.get("/admin/access-tokens/").text
    assert ("of member" in page, made.text[:7] in page, made.text in page) == (True, True, False)
    assert made.token.fingerprint not in page + browser.get(f"/admin/access-tokens/details/?id={made.token.id}").text


def test_token_is_revoked_and_the_audit_says_so_once(app, browser, token, acts):
    made = token("member")
    browser.get("/admin/access-tokens/")
    form = {"action": "revoked", "rowid": made.token.id, "sure": "yes", "alone": "yes"}
    answer = browser.post("/admin/access-tokens/action/", form)
    assert (answer.status_code, answer.location) == (303, "/admin/access-tokens/")
    with app.uow.reading():
        assert app.access_tokens.find(made.token.id) is None
    assert [act["action"] for act in acts() if act["kind"] == "access token"] == ["revoked", "created"]


def test_nobody_revokes_a_token_of_somebody_above_them(app, people, token):
    made, revoke = token("super-admin"), app.kinds["access-tokens"].actions["revoked"].run
    with pytest.raises(Forbidden, match="Your role is admin"), app.uow.transaction():
        revoke(made.token.id, people["admin"])
    with app.uow.reading():
        assert app.access_tokens.find(made.token.id) is not None
