"""Coming in, going out, and the password, as a browser sees them."""

import pytest
from tests.admin.browser import PASSWORD, Browser

from entrypoints.admin import make_admin
from entrypoints.web import make_web


def test_sign_in_leads_to_the_panel(stranger):
    answer = stranger.sign_in()
    assert (answer.status_code, answer.location) == (303, "/admin/")
    assert stranger.get("/admin/").status_code == 200


@pytest.mark.parametrize("name", ["staff", "STAFF", " Staff@Example.org "])
def test_sign_in_takes_the_username_or_the_address_in_any_case(stranger, people, name):
    assert stranger.sign_in(name).location == "/admin/"


def test_sign_in_page_has_the_fixed_names(stranger):
    page = stranger.get("/login").text
    for name in ("email", "password", "csrf_token"):
        assert f'name="{name}"' in page


def test_sign_in_answers_unknown_and_wrong_alike(stranger, people):
    wrong = stranger.sign_in("staff@example.org", "wrong")
    unknown = stranger.sign_in("nobody@example.com", "wrong")
    assert wrong.status_code == unknown.status_code == 422
    neutral = [answer.text.replace(email, "") for answer, email in
               ((wrong, "staff@example.org"), (unknown, "nobody@example.com"))]  # fmt: skip
    assert _without_tokens(neutral[0]) == _without_tokens(neutral[1])


@pytest.mark.parametrize(
    "form", [{}, {"email": "a"}, {"email": "\x00", "password": "x"}, {"email": "a" * 9999, "password": "b"}]
)
def test_sign_in_with_odd_input_is_refused(stranger, form):
    stranger.get("/login")
    assert stranger.post("/login", form).status_code == 422


def test_sign_in_without_the_csrf_token_is_refused(site):
    answer = site.test_client().post("/login", data={"email": "admin@example.com", "password": PASSWORD})
    assert answer.status_code == 400


def test_sign_in_that_is_tried_too_often_must_wait(stranger):
    answers = [stranger.sign_in(password="wrong") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 429]
    assert answers[-1].headers["Retry-After"] == "1"


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/admin/users/?search=a", "/admin/users/?search=a"),
        ("//evil.example/", "/admin/"),
        ("https://evil.example/", "/admin/"),
        ("/\\evil.example", "/admin/"),
        ("/a\r\nSet-Cookie: x=y", "/admin/"),
        ("javascript:alert(1)", "/admin/"),
    ],
)
def test_sign_in_leads_back_to_pages_of_ours_only(stranger, wanted, leads_to):
    stranger.get("/login")
    answer = stranger.post("/login", {"email": "admin@example.com", "password": PASSWORD, "next": wanted})
    assert answer.location == leads_to


def test_sign_in_begins_a_new_session(stranger):
    stranger.get("/login")
    before = _cookie(stranger).value
    stranger.sign_in()
    assert _cookie(stranger).value != before


def test_sign_in_keeps_no_user_id_in_the_cookie(stranger, app, site):
    stranger.sign_in()
    session = site.session_interface.get_signing_serializer(site).loads(_cookie(stranger).value)
    with app.uow.reading():
        assert app.session_desk.user(session["_user_id"]).email == "admin@example.com"
    assert "usr_" not in str(session)


def test_session_cookie_in_production_is_bound_to_the_host(make_app):
    production = {"environment": "production", "secret_key": "x" * 40, "base_url": "https://example.com"}
    app = make_app(settings=production)
    site = make_web(app)
    make_admin(app, site)
    headers = site.test_client().get("/login", base_url="https://example.com").headers
    cookie = headers["Set-Cookie"]
    assert cookie.startswith("__Host-")
    for attribute in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert attribute in cookie
    assert "Domain" not in cookie


def test_sign_out_ends_the_session_on_the_server(browser, site):
    stolen = _cookie(browser)
    browser.get("/admin/")
    assert browser.post("/logout").location == "/login"
    thief = site.test_client()
    thief.set_cookie(stolen.key, stolen.value)
    assert thief.get("/admin/").status_code == 303


def test_sign_out_by_get_does_nothing(browser):
    assert browser.get("/logout").status_code == 405
    assert browser.get("/admin/").status_code == 200


def test_one_time_password_must_be_changed_before_anything_else(stranger, app):
    with app.uow.transaction():
        app.accounts.create("new@example.com", "New", "staff", "one time password", must_change=True)
    assert stranger.sign_in("new@example.com", "one time password").location == "/password"
    assert stranger.get("/admin/").location == "/password"
    assert stranger.get("/admin/contact-messages/").location == "/password"
    stranger.get("/password")
    form = {"old": "one time password", "password": "a better password", "again": "a better password"}
    assert stranger.post("/password", form).location == "/admin/"
    assert stranger.get("/admin/").status_code == 200


def test_password_change_signs_every_other_browser_out(browser, site):
    other = Browser(site)
    other.sign_in()
    browser.get("/password")
    form = {"old": PASSWORD, "password": "a better password", "again": "a better password"}
    assert browser.post("/password", form).status_code == 303
    assert browser.get("/admin/").status_code == 200
    assert other.get("/admin/").status_code == 303


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"old": "wrong", "password": "a better password", "again": "a better password"}, "current password"),
        ({"old": PASSWORD, "password": "a better password", "again": "another password"}, "not the same"),
        ({"old": PASSWORD, "password": "short", "again": "short"}, "8 to 256"),
        ({}, "8 to 256"),
    ],
)
def test_password_change_that_is_wrong_says_what(browser, form, sentence):
    browser.get("/password")
    answer = browser.post("/password", form)
    assert answer.status_code == 422
    assert sentence in answer.text or "current password" in answer.text


def test_password_change_guessing_the_old_one_must_wait(browser):
    browser.get("/password")
    form = {"old": "wrong", "password": "a better password", "again": "a better password"}
    assert [browser.post("/password", form).status_code for _ in range(5)] == [422, 422, 422, 422, 429]


def test_password_page_is_for_the_signed_in(stranger):
    assert stranger.get("/password").location == "/login?next=/password"


def test_deactivated_user_is_out_at_once(stranger, app, people):
    stranger.sign_in("staff@example.org")
    with app.uow.transaction():
        app.users.get(people["staff"].id).active = False
    assert stranger.get("/admin/").status_code == 303


def test_comings_and_goings_are_audited_with_who_and_where(stranger, acts):
    stranger.sign_in(password="wrong")
    stranger.sign_in()
    stranger.get("/password")
    stranger.post("/password", {"old": PASSWORD, "password": "a better password", "again": "a better password"})
    stranger.get("/admin/")
    stranger.post("/logout")
    done = [(row["actor_name"], row["action"]) for row in acts()][::-1]
    admin = "Administrator <admin@example.com>"
    assert [act for _, act in done[:2]] == ["failed to sign in", "signed in"]
    assert done[2:] == [(admin, "changed the password"), (admin, "signed out")]
    assert "better" not in str(acts())


def _cookie(browser):
    return next(cookie for name, cookie in browser.cookies().items() if "enginebay" in name or "session" in name)


def _without_tokens(page):
    import re

    return re.sub(r'value="[^"]*"|req_\w+', "", page)
