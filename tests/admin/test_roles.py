"""The page of roles: ticked, looked at, saved; and the panel goes by it at the next request, everywhere."""

import re

import pytest
from tests.admin.browser import PASSWORD, Browser

from core.domain.accounts import Change

ROLES = "/admin/roles/"


@pytest.fixture
def moderator(app, site):
    with app.uow.transaction():
        app.accounts.create("moderator@example.org", "Mo", "moderator", PASSWORD)
    made = Browser(site)
    assert made.sign_in("moderator@example.org").location == "/admin/"
    return made


@pytest.fixture
def allow(app):
    """Change permissions as another process would: `allow("moderator", "users.see")`."""

    def change(role, *names, allowed=True):
        with app.uow.transaction():
            for name in names:
                app.permissions.forget(role, name)
                app.permissions.add(Change(role=role, permission=name, allowed=allowed))

    return change


def boxes(page):
    """The boxes of the table: (permission, role) to whether it is ticked, without those that cannot be."""
    found = re.findall(r'<input type="checkbox" name="([^"]+)" value="([^"]+)"[^>]*?( checked)?( disabled)?>', page)
    return {(name, role): bool(ticked) for name, role, ticked, closed in found if not closed}


def ticks(page, *more, without=()):
    form = {}
    for (name, role), ticked in boxes(page).items():
        if ((name, role) in more or ticked) and (name, role) not in without:
            form.setdefault(name, []).append(role)
    return form


def moves(page):
    """What the page before saving carries."""
    seen = re.search(r'name="seen" value="([^"]+)"', page).group(1)
    return {"seen": seen, **{way: re.findall(f'name="{way}" value="([^"]+)"', page) for way in ("give", "take")}}


def test_what_is_ticked_is_shown_before_it_is_saved_and_holds_at_once(browser, moderator):
    assert moderator.get("/admin/users/").status_code == 403
    table = browser.get(f"{ROLES}edit/").text
    page = browser.post(
        f"{ROLES}edit/", ticks(table, ("users.change", "moderator"), without=[("places.delete", "staff")])
    )
    assert page.status_code == 200
    assert moves(page.text)["give"] == ["moderator users.see", "moderator users.change"]
    assert moves(page.text)["take"] == ["staff places.delete"]
    assert "1 person has this role" in page.text
    assert moderator.get("/admin/users/").status_code == 403
    assert browser.post(f"{ROLES}save/", moves(page.text)).status_code == 303
    shown = moderator.get("/admin/users/")
    assert shown.status_code == 200
    assert ">Edit<" in shown.text
    assert ">Export<" not in shown.text
    assert "Users, Change" in browser.get(ROLES).text


def test_going_on_keeps_what_was_ticked(browser):
    table = browser.get(f"{ROLES}edit/").text
    page = browser.post(f"{ROLES}edit/", ticks(table, ("users.see", "moderator")))
    again = browser.post(f"{ROLES}edit/", {**moves(page.text), "then": "edit"})
    assert boxes(again.text) == boxes(table) | {("users.see", "moderator"): True}


def test_nothing_ticked_nothing_to_save(browser):
    table = browser.get(f"{ROLES}edit/").text
    answer = browser.post(f"{ROLES}edit/", ticks(table), follow_redirects=True)
    assert "Nothing would change" in answer.text


def test_putting_back_is_offered_where_something_was_changed(browser, allow):
    assert 'value="users.see"' not in browser.get(ROLES).text
    allow("moderator", "users.see", "users.export")
    table = browser.get(f"{ROLES}edit/").text
    assert re.findall(r'name="default" value="([^"]+)"', table) == ["users.see", "users.export", "all"]
    one = browser.post(f"{ROLES}edit/", {**ticks(table), "default": "users.export"}).text
    assert moves(one)["take"] == ["moderator users.export"]
    every = browser.post(f"{ROLES}edit/", {"default": "all"}).text
    assert moves(every)["take"] == ["moderator users.see", "moderator users.export"]
    assert "(as the program says)" in every


def test_contradiction_is_said_above_the_ticks(browser):
    table = browser.get(f"{ROLES}edit/").text
    form = ticks(table, ("prices.delete", "staff"), without=[("prices.see", "staff")])
    answer = browser.post(f"{ROLES}edit/", form)
    assert answer.status_code == 422
    assert "staff cannot have “Delete” (Prices) without “See”" in answer.text
    assert boxes(answer.text)["prices.delete", "staff"]


def test_administrator_ticks_only_what_is_theirs(stranger, people):
    stranger.sign_in("admin@example.org")
    offered = boxes(stranger.get(f"{ROLES}edit/").text)
    assert not [role for name, role in offered if role == "super-admin"]
    assert ("doctor.see", "staff") not in offered
    assert ("users.see", "staff") in offered
    stranger.get(f"{ROLES}edit/")
    assert stranger.post(f"{ROLES}save/", {"give": "staff doctor.see", "seen": "x"}).status_code in (403, 409)
    assert stranger.post(f"{ROLES}edit/", {"doctor.see": ["admin"]}).status_code == 403


def test_somebody_else_changed_meanwhile(browser, allow):
    table = browser.get(f"{ROLES}edit/").text
    page = browser.post(f"{ROLES}edit/", ticks(table, ("users.see", "moderator")))
    allow("moderator", "places.see")
    answer = browser.post(f"{ROLES}save/", moves(page.text))
    assert answer.status_code == 409
    assert boxes(answer.text)["users.see", "moderator"]
    assert boxes(answer.text)["places.see", "moderator"]


def test_staff_do_not_see_roles(stranger, people):
    stranger.sign_in("staff@example.org")
    assert [stranger.get(ROLES + page).status_code for page in ("", "edit/")] == [403, 403]
    assert ROLES not in stranger.get("/admin/").text


def test_moderator_finds_what_people_wrote_and_nothing_else_until_somebody_allows_something(moderator, allow, message):
    front = moderator.get("/admin/").text
    kinds = ("posts", "comments", "tags", "attachments", "reports")
    shown = re.findall(r'<li><a href="/admin/([^"/]+)/"', front)
    assert sorted(shown) == sorted((*kinds, "exports")), "conversations are for who may read reports of them"
    for kind in kinds:
        allow("moderator", f"{kind}.see", allowed=False)
    front = moderator.get("/admin/").text
    assert "There is nothing here for your role yet" in front
    assert re.findall(r'<li><a href="(/admin/[^"]+)"', front) == ["/admin/exports/"]
    key = message(subject="Engines")
    assert "Nothing fits" in moderator.get(f"/admin/find/?q={key}").text
    allow("moderator", "contact-messages.see")
    assert "/admin/contact-messages/" in moderator.get("/admin/").text
    assert "Engines" in moderator.get("/admin/find/?q=Engines").text
    assert moderator.get(f"/admin/contact-messages/details/?id={key}").status_code == 200


def test_what_is_taken_away_is_gone_from_lists_look_ups_exports_and_bulk(stranger, people, allow, message):
    stranger.sign_in("staff@example.org")
    key, lists = message(), "/admin/contact-messages/"
    assert stranger.get(f"{lists}look-up.json?q=Ada").json["results"]
    allow("staff", "contact-messages.delete", "contact-messages.export", allowed=False)
    page = stranger.get(lists).text
    assert ">Delete…<" not in page
    assert ">Export<" not in page
    assert stranger.post(f"{lists}export/").status_code == 403
    form = {"action": "delete", "rowid": key, "sure": "yes"}
    assert stranger.post(f"{lists}action/", form).status_code == 403
    allow("staff", "contact-messages.see", allowed=False)
    for page in ("", "look-up.json?q=Ada", "look-up/?q=Ada", f"details/?id={key}", "new/"):
        assert stranger.get(lists + page).status_code == 403, page
    assert "Nothing fits “Engines”" in stranger.get("/admin/find/?q=Engines").text
    assert stranger.post(f"{lists}action/", {"action": "change", "rowid": key}).status_code == 403


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("monitor.see", "monitor/"), ("schedules.see", "timetable/"), ("vendors.see", "vendors/"),
        ("messages.see", "messages/"), ("doctor.see", "doctor/"),
    ],
)  # fmt: skip
def test_desks_open_by_their_permission(moderator, allow, name, path):
    assert moderator.get(f"/admin/{path}").status_code == 403
    allow("moderator", name)
    assert moderator.get(f"/admin/{path}").status_code == 200


def test_monitor_does_not_tell_of_tasks_that_may_not_be_listed(moderator, allow):
    allow("moderator", "monitor.see")
    assert "Given up lately" not in moderator.get("/admin/monitor/").text
    allow("moderator", "tasks.see")
    assert "Given up lately" in moderator.get("/admin/monitor/").text


def test_audit_tells_administrators_what_was_changed_of_roles(browser):
    table = browser.get(f"{ROLES}edit/").text
    page = browser.post(f"{ROLES}edit/", ticks(table, ("users.see", "moderator")))
    browser.post(f"{ROLES}save/", moves(page.text))
    entry = re.search(
        r'/admin/audit-entries/details/\?id=[^"]+', browser.get("/admin/audit-entries/?kind.is=role").text
    )
    assert "Users.see" in browser.get(entry.group()).text
