"""The panel asks for two factors where it is told to, and helps who has lost them."""

import re

import pytest
from tests.admin.browser import PASSWORD, Browser
from tests.web.test_two_factors import set_up

from entrypoints.admin import make_admin
from entrypoints.config import Settings
from entrypoints.web import make_web


@pytest.fixture
def strict(make_app, clock):
    app = make_app(clock=clock, settings={"admin": {"two_factors": "required"}})
    with app.uow.transaction():
        app.accounts.first_admin("admin@example.com", PASSWORD)
        app.accounts.create("staff@example.org", "Staff", "staff", PASSWORD)
    return app


@pytest.fixture
def site(strict):
    made = make_web(strict)
    make_admin(strict, made)
    return made


def signed_in(site, email="admin@example.com"):
    made = Browser(site)
    made.answer = made.sign_in(email)
    return made


@pytest.mark.parametrize(
    ("environment", "chosen", "wants"),
    [("development", "auto", False), ("development", "required", True), ("production", "auto", True),
     ("production", "off", False)],
)  # fmt: skip
def test_panel_wants_two_factors_in_production_or_when_told_so(tmp_path, environment, chosen, wants):
    given = {"environment": environment, "secret_key": "x" * 40, "admin": {"two_factors": chosen}, "home": tmp_path}
    places = {"database_url": "sqlite:////srv/app.db", "redis_url": "redis://localhost"}
    assert Settings(**given, **places).panel_wants_two_factors is wants


def test_who_has_no_second_factor_is_led_to_set_one_up(site, clock):
    browser = signed_in(site)
    for path in ("/admin/", "/admin/users/", "/admin/users/export/", "/admin/monitor/"):
        assert browser.get(path).location == "/account/two-factors"
    assert "opens to you once two factors are on" in browser.get("/account/two-factors").text
    set_up(browser, clock)
    assert browser.get("/admin/").status_code == 200


def test_who_came_in_with_both_enters_at_once(site, clock):
    phone, _ = set_up(signed_in(site), clock)
    browser = signed_in(site)
    browser.get("/login/second")
    assert browser.post("/login/second", {"code": phone.shows()}).location == "/admin/"
    assert browser.get("/admin/").status_code == 200


def test_session_that_began_with_one_shows_the_second_first(site, strict, clock):
    """Two factors were set up elsewhere, and this session was let in before."""
    browser = signed_in(site)
    with strict.uow.transaction():
        user = strict.users.by_email("admin@example.com")
        phone_secret = strict.factor_desk.secret_of(strict.factor_desk.begin(user))
    from tests.unit.test_two_factors import Phone

    phone = Phone(phone_secret, clock)
    with strict.uow.transaction():
        assert strict.factor_desk.confirm(user, phone.shows(-1))
    assert browser.get("/admin/users/").location == "/login/again?next=/admin/users/"
    page = browser.get("/login/again?next=/admin/users/")
    assert ("Your password" in page.text, "Code of your app" in page.text) == (False, True)
    assert browser.post("/login/again", {"password": PASSWORD}).status_code == 422
    assert browser.post("/login/again", {"code": phone.shows(), "next": "/admin/users/"}).location == "/admin/users/"
    assert browser.get("/admin/users/").status_code == 200


def test_turned_off_the_panel_closes(site, clock):
    browser = signed_in(site)
    set_up(browser, clock)
    assert "Your role needs two factors" in browser.get("/account/two-factors").text
    browser.post("/account/two-factors/off")
    assert browser.get("/admin/").location == "/account/two-factors"


def test_super_admin_takes_lost_factors_away(site, strict, clock):
    staff = signed_in(site, "staff@example.org")
    set_up(staff, clock)
    root = signed_in(site)
    set_up(root, clock)
    with strict.uow.reading():
        key = strict.users.by_email("staff@example.org").id
    assert "Two factors" in root.get(f"/admin/users/details/?id={key}").text
    form = {"action": "two factors taken away", "rowid": key, "alone": "yes"}
    asked = root.post("/admin/users/action/", form)
    assert "Make sure that it is them" in asked.text
    root.post("/admin/users/action/", {**form, "sure": "yes"})
    assert staff.get("/account/sessions").status_code == 303
    assert signed_in(site, "staff@example.org").answer.location == "/admin/"
    with strict.uow.reading():
        said = strict.uow.connection.exec_driver_sql("SELECT action FROM audit_entries ORDER BY id").scalars().all()
    assert said.count("took two factors away") == 1


def test_audit_page_shows_no_secret(site, clock):
    browser = signed_in(site)
    _, made = set_up(browser, clock)
    shown = browser.get("/admin/audit-entries/").text
    assert "turned on two factors" in shown
    assert not any(code in shown for code in re.findall(r"<li><code>([0-9a-z-]+)</code>", made.text))
