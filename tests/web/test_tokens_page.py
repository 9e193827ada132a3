"""The page of access tokens: made with chosen scopes, shown once, listed with their use, revoked by their owner."""

import re

import pytest
from tests.admin.browser import PASSWORD

from entrypoints.web import make_web

FORMS_NEED_TOKENS = False

TOKEN = re.compile(r"eb_[0-9A-Za-z]{36}")


@pytest.fixture
def app(make_app, clock):
    made = make_app(clock=clock)
    with made.uow.transaction():
        for name in ("ada", "bob"):
            made.accounts.create(f"{name}@example.com", name.title(), "member", PASSWORD)
    return made


def make(client, **fields):
    return client.post("/account/tokens/new", data={"name": "CI", "days": "30", "scope": ["me.read"]} | fields)


def test_token_is_shown_once_with_a_line_to_try_it(browse, site):
    ada = browse("ada")
    shown = make(ada)
    (text,) = set(TOKEN.findall(shown.text))
    assert (shown.status_code, shown.headers["Cache-Control"]) == (201, "no-store")
    assert f"curl -H &#39;Authorization: Bearer {text}&#39; http://127.0.0.1:8000/api/v1/me" in shown.text
    assert TOKEN.findall(ada.get("/account/tokens").text) == []
    answer = site.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {text}"})
    assert answer.json["email"] == "ada@example.com"


def test_list_says_what_a_token_may_do_and_when_it_was_used(browse, site, clock):
    ada = browse("ada")
    text = TOKEN.findall(make(ada, scope=["me.read", "tasks.read"]).text)[0]
    assert "Never used" in ada.get("/account/tokens").text
    site.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {text}"})
    page = ada.get("/account/tokens").text
    assert "Read your own profile, with your e-mail address. Watch your tasks." in page
    assert (text[:7] in page, "from 127.0.0.1" in page, "24 December 2026" in page) == (True, True, True)
    make(ada, name="without an end", days="0")
    clock.pass_by(days=31)
    page = browse("ada").get("/account/tokens").text
    assert ("expired" in page, "Without an end" in page) == (True, True)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": " "}, "The name is missing."),
        ({"scope": []}, "Choose at least one thing that the token may do."),
        ({"scope": ["everything"]}, "There is no scope &#39;everything&#39;."),
        ({"days": "10000"}, "Choose one of the times."),
        ({"days": "x"}, "Choose one of the times."),
    ],
)
def test_token_that_cannot_be_is_refused_and_what_was_chosen_stays(browse, fields, sentence):
    page = make(browse("ada"), **{"name": "Deploy", "scope": ["users.read"], "days": "90"} | fields)
    assert (page.status_code, sentence in page.text) == (422, True)
    assert ('value="Deploy"' in page.text) == ("name" not in fields)
    assert bool(re.search(r'value="users.read"[^>]* checked', page.text)) == ("scope" not in fields)


def test_token_is_revoked_by_its_owner_only(browse, site):
    ada, bob = browse("ada"), browse("bob")
    text = TOKEN.findall(make(ada).text)[0]
    place = re.search(r"/account/tokens/tok_\w+/revoke", ada.get("/account/tokens").text).group()
    assert [bob.post(place).status_code, ada.get(place).status_code, ada.post(place).status_code] == [404, 405, 303]
    assert "is revoked. Programs that use it are refused from now on." in ada.get("/account/tokens").text
    assert site.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {text}"}).status_code == 401


def test_pages_are_for_who_is_signed_in(site):
    stranger = site.test_client()
    answers = [stranger.get(path) for path in ("/account/tokens", "/account/tokens/new")]
    answers += [stranger.post("/account/tokens/new", data={"name": "CI", "scope": ["me.read"]})]
    assert [(answer.status_code, answer.location.partition("?")[0]) for answer in answers] == [(303, "/login")] * 3


def test_making_one_needs_a_sign_in_of_late_and_revoking_does_not(browse, clock):
    ada = browse("ada")
    make(ada)
    clock.pass_by(hours=1)
    answers = [ada.get("/account/tokens/new"), make(ada, name="again")]
    assert [answer.location.partition("?")[0] for answer in answers] == ["/login/again"] * 2
    assert ada.post("/api/v1/tokens", json={"name": "again", "scopes": ["me.read"]}).status_code == 403
    (token,) = ada.get("/api/v1/tokens").json["tokens"]
    assert ada.post(f"/account/tokens/{token['id']}/revoke").status_code == 303


def test_forms_need_their_token(app):
    client = make_web(app).test_client()
    assert client.post("/account/tokens/new", data={"name": "CI", "scope": ["me.read"]}).status_code == 400
