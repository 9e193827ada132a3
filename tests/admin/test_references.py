"""A field that names another record: found by typing, called by its name, and nothing told that one may not list."""

import re

import pytest
from sqlalchemy import event
from tests.admin.browser import form_of
from tests.admin.workshops import open_panel, tools, workshops

TOOLS = "/admin/tools/"
TYPED = {"label": "Plane", "sharp": "yes", "workshop_id": "", "keeper_id": ""}


@pytest.fixture
def sign_in(app, people):
    return open_panel(app, workshops(), tools())


@pytest.fixture
def browser(sign_in):
    return sign_in()


@pytest.fixture
def workshop(browser):
    def make(title):
        return browser.post("/admin/workshops/new/", {"title": title}).location.split("=")[1]

    return make


def make(browser, **typed):
    return browser.post(f"{TOOLS}new/", {**TYPED, **typed})


def look_up(browser, typed, kind="workshops"):
    return browser.get(f"/admin/{kind}/look-up.json", query_string={"q": typed})


def test_records_are_found_by_their_lists_search(browser, workshop):
    keys = {title: workshop(title) for title in ("North yard", "South yard", "Harbour")}
    found = look_up(browser, "YARD").json["results"]
    assert sorted((one["name"], one["key"]) for one in found) == [
        (name, keys[name]) for name in ("North yard", "South yard")
    ]
    assert look_up(browser, "yard south").json["results"] == [{"key": keys["South yard"], "name": "South yard"}]
    assert look_up(browser, "nothing").json["results"] == []


def test_record_is_found_by_its_key_and_a_kind_without_search_by_part_of_it(browser, workshop):
    key = workshop("Harbour")
    assert look_up(browser, f" {key} ").json["results"] == [{"key": key, "name": "Harbour"}]
    tool = make(browser).location.split("=")[1]
    assert look_up(browser, tool[:12], "tools").json["results"] == [{"key": tool, "name": "Plane"}]


def test_at_most_twenty_are_offered(browser, workshop):
    for number in range(22):
        workshop(f"Yard {number}")
    assert len(look_up(browser, "yard").json["results"]) == 20
    assert browser.get("/admin/workshops/look-up/?q=yard").text.count("<code>") == 20


@pytest.mark.parametrize("typed", ["a " * 9, "x" * 201, "a\x00b"])
def test_what_no_list_can_be_searched_by_is_refused_with_a_sentence(browser, typed):
    answer = look_up(browser, typed)
    assert answer.status_code == 400
    assert "Search for at most 8 words" in answer.json["error"]


def test_look_up_tells_nothing_of_what_may_not_be_listed(sign_in, people):
    staff = sign_in("staff@example.org")
    for page in ("look-up.json?q=admin", f"look-up.json?q={people['admin'].id}", "look-up/?q=admin"):
        answer = staff.get(f"/admin/users/{page}")
        assert answer.status_code == 403
        assert "admin@example.org" not in answer.text


def test_look_up_obeys_permissions_of_fields(app, people):
    declared = workshops(may={"see title": ("super-admin",)})
    sign_in = open_panel(app, declared, tools())
    root, admin = sign_in(), sign_in("admin@example.org")
    key = root.post("/admin/workshops/new/", {"title": "Hush"}).location.split("=")[1]
    assert look_up(root, "hush").json["results"] == [{"key": key, "name": "Hush"}]
    assert look_up(admin, "hush").json["results"] == []
    assert look_up(admin, key[4:12]).json["results"] == [{"key": key, "name": "•••"}]


def test_named_record_is_shown_by_its_name_with_a_link_to_who_may_see_it(sign_in, browser, workshop, people):
    key = workshop("Harbour")
    made = make(browser, workshop_id=key, keeper_id=people["staff"].id)
    link = f'<a href="/admin/workshops/details/?id={key}">Harbour</a>'
    keeper = f'<a href="/admin/users/details/?id={people["staff"].id}">Staff &lt;staff@example.org&gt;</a>'
    pages = (TOOLS, made.location, f"{TOOLS}?keeper_id.is={people['staff'].id}")
    assert [link in browser.get(page).text and keeper in browser.get(page).text for page in pages] == [True] * 3
    staff = sign_in("staff@example.org")
    for page in (TOOLS, made.location, made.location.replace("details", "edit")):
        assert "staff@example.org" not in staff.get(page).text.replace("<br>staff@example.org<br>", "")
        assert people["staff"].id in staff.get(page).text


def test_list_names_any_number_of_records_in_one_query(browser, workshop, app):
    statements = []
    event.listen(app.uow.reader, "before_cursor_execute", lambda *called: statements.append(called[2]))
    counted = []
    for number in range(3):
        make(browser, label=f"T{number}", workshop_id=workshop(f"Yard {number}"))
        statements.clear()
        assert f">Yard {number}<" in browser.get(TOOLS).text
        counted.append(len([one for one in statements if "workshops_of_tests" in one]))
    assert counted == [1, 1, 1]


def test_form_carries_the_key_its_name_and_where_to_look(browser, workshop):
    key = workshop("Harbour")
    page = browser.get(make(browser, workshop_id=key).location.replace("details", "edit")).text
    assert re.search(
        rf'data-look-up="/admin/workshops/look-up.json" data-called="Harbour">\s*<input [^>]*value="{key}"', page
    )
    assert 'href="/admin/users/look-up/" target="_blank"' in page
    assert 'id="h-label">As it is engraved.' in page


@pytest.mark.parametrize("key", ["Harbour", "wrk_nothing", "x" * 300, "a\tb"])
def test_key_of_nothing_is_refused_at_its_field(browser, workshop, key):
    workshop("Harbour")
    answer = make(browser, workshop_id=key)
    assert answer.status_code == 422
    assert 'id="w-workshop_id">There is no workshop ' in answer.text
    assert f'value="{key}"' in answer.text


def test_key_of_something_that_one_may_not_see_is_refused_whether_it_exists_or_not(sign_in, people):
    staff = sign_in("staff@example.org")
    told = {make(staff, keeper_id=key).text.split('role="alert">')[1].split("<")[0]
            for key in (people["admin"].id, "usr_nothing")}  # fmt: skip
    assert told == {"Keeper names a user, and your role is staff: these are not for you to choose."}


def test_key_that_stays_is_no_obstacle_when_its_record_is_gone_or_not_for_one(sign_in, browser, workshop, people):
    made = make(browser, keeper_id=people["member"].id).location
    staff = sign_in("staff@example.org")
    edit = made.replace("details", "edit")
    assert staff.post(f"{TOOLS}edit/", {**form_of(staff.get(edit), "/edit/"), "label": "Saw"}).status_code == 303
    browser.get("/admin/users/")
    browser.post("/admin/users/delete/", {"id": people["member"].id, "sure": "yes"})
    assert browser.post(f"{TOOLS}edit/", {**form_of(browser.get(edit), "/edit/"), "label": "Axe"}).status_code == 303
    assert people["member"].id in browser.get(made).text


def test_filter_by_a_related_record_is_a_look_up(browser, people):
    page = browser.get(f"/admin/audit-entries/?actor_id.is={people['admin'].id}").text
    assert 'data-look-up="/admin/users/look-up.json" data-called="Admin &lt;admin@example.org&gt;"' in page
    assert 'name="actor_id.is"' in page
