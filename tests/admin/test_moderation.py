"""Reports in the panel: listed, decided alone and many at once; what was reported is read by an act in the audit."""

import re
from datetime import UTC, datetime

import pytest

PLACE = "/admin/reports/"


@pytest.fixture
def report(app, people):
    """Have a user reported by another: `report("member")` returns the report's id."""

    def made(by="member", about="staff", words="Sells watches."):
        with app.uow.transaction():
            about = people[about].username
            return app.report_desk.report("users", about, by=people[by].id, reason="spam", words=words)[0].id

    return made


@pytest.fixture
def do(browser):
    def done(action, *keys, **typed):
        browser.get(PLACE)
        form = {"action": action, "rowid": list(keys), "sure": "yes", **typed}
        return browser.post(f"{PLACE}action/", form)

    return done


def state(app, key):
    with app.uow.reading():
        found = app.reports.find(key)
        return found.state, found.note


def test_reports_are_listed_filtered_and_lead_to_what_they_are_about(browser, report, people):
    report()
    page = browser.get(f"{PLACE}?state.is=open&about_kind.is=users").text
    assert ("@staff" in page, "@staff" in browser.get(f"{PLACE}?state.is=upheld").text) == (True, False)
    key = re.search(r"details/\?id=(rpt_\w+)", page)[1]
    page = browser.get(f"{PLACE}details/?id={key}").text
    assert (f"/admin/users/details/?id={people['staff'].id}" in page, "Sells watches." in page) == (True, True)
    page = browser.get(f"/admin/users/details/?id={people['staff'].id}").text
    assert (f"about_id.is={people['staff'].id}" in page, "1 to decide" in page) == (True, True)


def test_reports_are_decided_with_a_note_and_the_audit_says_so_once(app, report, do, acts, people):
    keys = [report(by) for by in ("member", "admin")]
    assert do("upheld", *keys, note="Seen.").status_code == 303
    assert [state(app, key) for key in keys] == [("upheld", "Seen.")] * 2
    assert [act["action"] for act in acts() if act["kind"] == "report"] == ["upheld", "upheld"]
    do("dismissed", keys[0])
    assert state(app, keys[0]) == ("upheld", "Seen.")


def test_what_was_reported_is_read_by_an_act_and_stands_nowhere_else(app, browser, report, do, acts, exported):
    with app.uow.transaction():
        app.users.by_username("staff").bio = "zqxcanary"
    key = report()
    pages = [browser.get(f"{PLACE}{path}").text for path in ("", f"details/?id={key}")]
    found = key in browser.get(f"{PLACE}?search=zqxcanary").text
    assert (["zqxcanary" in page for page in pages], found) == ([False, False], False)
    assert "zqxcanary" not in exported(browser, PLACE)
    assert "zqxcanary" in do("read what was reported", key).text
    assert [act["action"] for act in acts() if act["kind"] == "report"] == ["read what was reported", "exported"]
    assert "zqxcanary" not in str(acts())


def test_moderators_decide_reports_and_nothing_else(app, browser, stranger, report, people):
    with app.uow.transaction():
        app.accounts.create("mo@example.org", "Mo", "moderator", "correct horse battery")
    key = report()
    stranger.sign_in("mo@example.org")
    assert stranger.get(PLACE).status_code == 200
    form = {"action": "dismissed", "rowid": key, "sure": "yes", "note": ""}
    assert stranger.post(f"{PLACE}action/", form).status_code == 303
    assert (state(app, key)[0], stranger.get("/admin/users/").status_code) == ("dismissed", 403)


def test_suspension_has_an_end_if_one_is_given(app, browser, people):
    key = people["member"].id
    browser.get("/admin/users/")
    form = {"action": "suspended", "rowid": key, "alone": "yes", "sure": "yes", "reason": "Spam."}
    past = browser.post("/admin/users/action/", {**form, "until": "2020-01-01"}, follow_redirects=True)
    assert "This is past." in past.text
    browser.post("/admin/users/action/", {**form, "until": "2099-01-01 09:00"})
    with app.uow.reading():
        found = app.users.get(key)
        assert (found.active, found.suspended_until) == (False, datetime(2099, 1, 1, 9, tzinfo=UTC))
    assert "1 Jan 2099" in browser.get(f"/admin/users/details/?id={key}").text
