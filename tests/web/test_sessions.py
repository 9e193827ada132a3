"""The devices of an account, and being asked again who one is, as browsers see them."""

import re

import pytest
from tests.admin.browser import PASSWORD, Browser
from tests.unit.test_sessions import CHROME, SAFARI

from entrypoints import policies
from entrypoints.web import make_web

ADDRESS = "/account/sessions"


@pytest.fixture
def app(make_app, clock):
    made = make_app(clock=clock)
    with made.uow.transaction():
        made.accounts.create("ada@example.org", "Ada", "member", PASSWORD)
    return made


@pytest.fixture
def site(app):
    made = make_web(app)

    @made.route("/vault", methods=("GET", "POST"))
    @policies.signed_in(fresh=True)
    def vault():
        return "open"

    return made


@pytest.fixture
def ada(site):
    return signed_in(site)


def signed_in(site, agent=CHROME, **typed):
    made = Browser(site)
    made.get("/login")
    made.post("/login", {"email": "ada", "password": PASSWORD, **typed}, headers={"User-Agent": agent})
    return made


def listed(page):
    return re.findall(r"<h2>([^<]+?)(?: <span class=\"tag\">[^<]+</span>)?</h2>", page.text)


def marks(page):
    return re.findall(r'name="session" value="(\w+)"', page.text)


def test_devices_are_listed_in_words_this_one_first(site, ada, clock):
    clock.pass_by(minutes=10)
    signed_in(site, SAFARI)
    page = ada.get(ADDRESS)
    assert listed(page) == ["Chrome on Windows", "Safari on iPhone"]
    assert page.text.count("This one") == 1


def test_device_that_is_signed_out_is_out_at_once(site, ada):
    other = signed_in(site, SAFARI)
    page = ada.get(ADDRESS)
    assert ada.post(f"{ADDRESS}/end", {"session": marks(page)[1]}).location == ADDRESS
    assert "Signed out: Safari on iPhone." in ada.get(ADDRESS).text
    assert other.get(ADDRESS).location == "/login?next=/account/sessions"


def test_own_device_that_is_signed_out_comes_to_the_sign_in_page(ada):
    page = ada.get(ADDRESS)
    assert ada.post(f"{ADDRESS}/end", {"session": marks(page)[0]}).location == "/login"
    assert ada.get(ADDRESS).location == "/login?next=/account/sessions"


def test_every_other_device_is_signed_out(site, ada):
    others = [signed_in(site) for _ in range(3)]
    ada.get(ADDRESS)
    ada.post(f"{ADDRESS}/end-others")
    page = ada.get(ADDRESS)
    assert ("3 other browsers were signed out." in page.text, listed(page)) == (True, ["Chrome on Windows"])
    assert [other.get(ADDRESS).status_code for other in others] == [303] * 3


def test_device_of_somebody_else_is_not_there(site, app, ada):
    with app.uow.transaction():
        user = app.accounts.create("bob@example.org", "Bob", "member", PASSWORD)
        token = app.session_desk.open(user, "", "")
    ada.get(ADDRESS)
    assert ada.post(f"{ADDRESS}/end", {"session": app.secrets.fingerprint(token)}).status_code == 404
    with app.uow.reading():
        assert app.session_desk.user(token).id == user.id


@pytest.mark.parametrize(("typed", "stays"), [({}, False), ({"remember": "yes"}, True)])
def test_browser_is_remembered_only_when_that_was_ticked(site, app, typed, stays):
    browser = signed_in(site, **typed)
    (cookie,) = (one for name, one in browser.cookies().items() if "enginebay" in name)
    assert (cookie.expires is not None) is stays
    with app.uow.reading():
        (session,) = app.session_desk.of(app.users.by_username("ada"))
    assert session.remembered is stays


def test_dangerous_page_opens_after_a_sign_in_and_asks_again_later(ada, clock):
    assert ada.get("/vault").text == "open"
    clock.pass_by(minutes=16)
    assert ada.get("/vault?of=gold").location == "/login/again?next=/vault?of%3Dgold"
    ada.get("/login/again?next=/vault?of%3Dgold")
    assert ada.post("/login/again", {"password": PASSWORD, "next": "/vault?of=gold"}).location == "/vault?of=gold"
    assert ada.get("/vault?of=gold").text == "open"


def test_form_that_was_opened_in_time_may_be_sent_a_little_later(ada, clock):
    ada.get(ADDRESS)
    clock.pass_by(minutes=29)
    assert ada.post("/vault").text == "open"
    clock.pass_by(minutes=2)
    late = ada.post("/vault", headers={"Referer": "http://localhost/vault?of=gold"})
    assert late.location == "/login/again?next=/vault?of%3Dgold"
    assert "Nothing was done yet" in ada.get("/login/again").text


def test_page_of_another_site_is_no_place_to_come_back_to(ada, clock):
    ada.get(ADDRESS)
    clock.pass_by(hours=1)
    assert ada.post("/vault", headers={"Referer": "https://evil.example/vault"}).location == "/login/again"


def test_showing_who_one_is_gives_the_session_a_new_token(site, ada, clock, app):
    stolen = next(one for name, one in ada.cookies().items() if "enginebay" in name)
    clock.pass_by(minutes=16)
    ada.get("/login/again")
    assert ada.post("/login/again", {"password": PASSWORD}).location == "/"
    thief = site.test_client()
    thief.set_cookie(stolen.key, stolen.value)
    assert (thief.get(ADDRESS).status_code, ada.get(ADDRESS).status_code) == (303, 200)
    with app.uow.reading():
        assert len(app.session_desk.of(app.users.by_username("ada"))) == 1


def test_wrong_password_when_asked_again_is_told_and_slowed_down(ada, clock):
    clock.pass_by(minutes=16)
    ada.get("/login/again")
    answers = [ada.post("/login/again", {"password": "wrong"}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 429]
    assert "This is not your password" in answers[0].text
    assert ada.get("/vault").status_code == 303


def test_ending_sessions_is_audited(site, ada, app, clock):
    signed_in(site, SAFARI)
    clock.pass_by(seconds=1)
    ada.post(f"{ADDRESS}/end", {"session": marks(ada.get(ADDRESS))[1]})
    clock.pass_by(seconds=1)
    ada.post(f"{ADDRESS}/end-others")
    with app.uow.reading():
        done = app.uow.connection.exec_driver_sql("SELECT action, label FROM audit_entries ORDER BY id").all()
    assert done[-2:] == [
        ("ended a session", "Safari on iPhone, 127.0.0.1"), ("ended every other session", "Ada <ada@example.org>"),
    ]  # fmt: skip
