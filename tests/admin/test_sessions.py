"""Sessions in the panel, and what is asked again there before what is dangerous."""

import pytest
from tests.admin.browser import PASSWORD, Browser


@pytest.fixture
def app(make_app, clock):
    made = make_app(clock=clock)
    with made.uow.transaction():
        made.accounts.first_admin("admin@example.com", PASSWORD)
    return made


def test_session_of_a_user_is_seen_and_ended(browser, site, app, people, acts):
    staff = Browser(site)
    staff.sign_in("staff@example.org")
    (session,) = sessions_of(app, "staff@example.org")
    user = browser.get(f"/admin/users/details/?id={session.user_id}")
    assert f"/admin/sessions/?user_id.is={session.user_id}" in user.text
    assert "127.0.0.1" in browser.get(f"/admin/sessions/?user_id.is={session.user_id}").text
    browser.get(f"/admin/sessions/details/?id={session.id}")
    browser.post("/admin/sessions/action/", {"action": "ended", "rowid": session.id, "alone": "yes"})
    assert staff.get("/admin/").status_code == 303
    assert ("ended", "session") in [(act["action"], act["kind"]) for act in acts()]


def test_sessions_are_for_administrators(site, people):
    staff = Browser(site)
    staff.sign_in("staff@example.org")
    assert staff.get("/admin/sessions/").status_code == 403


@pytest.mark.parametrize(
    "path", ["users/new/", "users/edit/?id={id}", "users/delete/?id={id}", "recycle-bin/empty/",
             "contact-messages/delete/?id=msg_1&id=msg_2"]
)  # fmt: skip
def test_page_of_what_is_dangerous_asks_again_after_a_while(browser, people, clock, path):
    address = f"/admin/{path.format(id=people['staff'].id)}"
    before = browser.get(address)
    clock.pass_by(minutes=16)
    assert (before.status_code == 303, browser.get(address).location.startswith("/login/again?next=/admin/")) == (
        False, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("users/action/", {"action": "one-time password"}),
        ("users/action/", {"action": "signed out everywhere"}),
        ("users/export/", {}),
        ("contact-messages/export/", {}),
        ("contact-messages/action/", {"action": "delete", "all": "yes"}),
    ],
)
def test_deed_that_is_dangerous_is_not_done_after_a_while(browser, people, clock, path, typed):
    page = f"/admin/{path.partition('/')[0]}/"
    browser.get(page)
    clock.pass_by(minutes=31)
    form = {"rowid": people["staff"].id, **typed}
    answer = browser.post(f"/admin/{path}", form, headers={"Referer": f"http://localhost{page}"})
    assert answer.location == f"/login/again?next={page}"


def test_what_is_not_dangerous_is_never_asked_about(browser, message, clock):
    key = message()
    clock.pass_by(hours=2)
    assert browser.get(f"/admin/contact-messages/edit/?id={key}").status_code == 200
    assert browser.get(f"/admin/contact-messages/delete/?id={key}").status_code == 200


def sessions_of(app, email):
    with app.uow.reading():
        return app.session_desk.of(app.users.by_email(email))
