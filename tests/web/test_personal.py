"""Taking one's data and leaving, as browsers see it."""

import io
import re
from datetime import UTC, datetime
from zipfile import ZipFile

import pytest
from tests.admin.browser import PASSWORD, Browser

from adapters.clock import SetClock
from entrypoints.web import make_web

PAGE = "/account/data"


@pytest.fixture
def app(make_app):
    made = make_app(clock=SetClock(datetime(2026, 11, 24, 12, 0, tzinfo=UTC)))
    with made.uow.transaction():
        made.accounts.create("ada@example.org", "Ada", "member", PASSWORD)
        made.accounts.create("bob@example.org", "Bob", "super-admin", PASSWORD)
    return made


@pytest.fixture
def site(app):
    return make_web(app)


def signed_in(site, who="ada@example.org"):
    made = Browser(site)
    made.sign_in(who)
    return made


@pytest.fixture
def ada(site):
    return signed_in(site)


def leave(browser, typed="ada"):
    browser.get(f"{PAGE}/erase")
    return browser.post(f"{PAGE}/erase", {"username": typed})


def letters(app, drain_queue):
    drain_queue(app, "mail")
    return [(one["to"], one["subject"]) for one in app.inbox.messages()]


def test_page_says_what_is_kept_and_why(ada):
    page = ada.get(PAGE).text
    assert [text in page for text in ("Where you are signed in", "must stay on record", "Your access tokens")] == [
        True, True, True,
    ]  # fmt: skip


def test_copy_is_written_told_of_and_taken_by_its_owner_only(app, site, ada, drain_queue):
    ada.get(PAGE)
    assert ada.post(f"{PAGE}/copies").location == PAGE
    assert "being written" in ada.get(PAGE).text
    drain_queue(app, "exports")
    (link,) = re.findall(rf"{PAGE}/copies/tsk_\w+", ada.get(PAGE).text)
    taken = ada.get(link)
    assert (taken.mimetype, taken.headers["Cache-Control"]) == ("application/zip", "no-store")
    assert "attachment; filename=ada-2026-11-24.zip" in taken.headers["Content-Disposition"]
    with ZipFile(io.BytesIO(taken.data)) as made:
        assert b"ada@example.org" in made.read("data/users.json")
    assert signed_in(site, "bob@example.org").get(link).status_code == 404
    assert letters(app, drain_queue) == [("ada@example.org", "The copy of your data is ready")]


def test_copy_and_goodbye_ask_again_who_one_is(app, ada):
    ada.get(PAGE)
    app.clock.pass_by(hours=1)
    answers = [ada.get(f"{PAGE}/erase"), ada.get(f"{PAGE}/copies/tsk_x"), ada.post(f"{PAGE}/copies")]
    assert [answer.location.partition("?")[0] for answer in answers] == ["/login/again"] * 3


def test_goodbye_without_the_username_is_refused(ada):
    answer = leave(ada, "bob")
    assert (answer.status_code, "This is not your username" in answer.text) == (422, True)
    assert ada.get(PAGE).status_code == 200


def test_goodbye_ends_every_session_and_hides_the_person(app, site, ada, drain_queue):
    other = signed_in(site)
    assert leave(ada).location == "/login"
    assert [browser.get(PAGE).status_code for browser in (ada, other)] == [303, 303]
    assert site.test_client().get("/@ada").status_code == 404
    assert letters(app, drain_queue) == [("ada@example.org", "Your account will be erased in 14 days")]


def test_who_comes_back_in_time_is_asked_and_stays(app, site, ada, drain_queue):
    leave(ada)
    app.clock.pass_by(days=13)
    back = signed_in(site)
    assert [back.get(path).location for path in ("/account", "/contact")] == ["/account/keep"] * 2
    assert back.get("/api/v1/me").status_code == 403
    assert "8 December 2026" in back.get("/account/keep").text
    assert back.post("/account/keep").location == PAGE
    assert "Welcome back" in back.get(PAGE).text
    assert site.test_client().get("/@ada").status_code == 200
    told = {"Your account will be erased in 14 days", "Your account is kept"}  # both wait, and either may go first
    assert {subject for _, subject in letters(app, drain_queue)} == told


def test_who_comes_back_too_late_cannot_stay(app, site, ada):
    leave(ada)
    app.clock.pass_by(days=14, seconds=1)
    back = signed_in(site)
    back.get("/account/keep")
    assert back.post("/account/keep").status_code == 409


def test_last_super_admin_cannot_leave_nor_all_of_them_at_once(app, site):
    bob = signed_in(site, "bob@example.org")
    assert leave(bob, "bob").status_code == 409
    with app.uow.transaction():
        app.accounts.create("eve@example.org", "Eve", "super-admin", PASSWORD)
    eve = signed_in(site, "eve@example.org")
    assert leave(bob, "bob").location == "/login"
    assert leave(eve, "eve").status_code == 409
