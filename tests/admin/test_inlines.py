"""Children in their parent's form: listed, added, changed and removed with it, or not at all, each by its own rules."""

import re

import pytest
from tests.admin.browser import form_of
from tests.admin.workshops import open_panel, tools, workshops

LIST, TOOLS = "/admin/workshops/", "/admin/tools/"


@pytest.fixture
def sign_in(app, people):
    return open_panel(app, workshops(inlines=("tool",)), tools())


@pytest.fixture
def browser(sign_in):
    return sign_in()


@pytest.fixture
def yard(browser):
    """The key of a workshop with a plane and a saw in it, made in one form."""
    typed = {
        "title": "Yard",
        "tools.0.label": "Plane",
        "tools.0.sharp": "yes",
        "tools.1.label": "Saw",
        "tools.1.sharp": "no",
    }
    return browser.post(f"{LIST}new/", typed).location.split("=")[1]


def edit(browser, key):
    return form_of(browser.get(f"{LIST}edit/?id={key}"), "/edit/")


def row_of(form, label):
    """The name of the row in a form that has this label, like "tools.0"."""
    return next(name.removesuffix(".label") for name, text in form.items() if name.endswith(".label") and text == label)


def save(browser, form, **typed):
    return browser.post(f"{LIST}edit/", {**form, **typed})


def labels(browser):
    return sorted(re.findall(r'class="open" href="[^"]+">(\w+)</a>', browser.get(TOOLS).text))


def test_form_lists_children_and_offers_an_empty_row_with_hints_and_no_field_for_the_parent(browser, yard):
    page = browser.get(f"{LIST}edit/?id={yard}").text
    assert [page.count(f"<legend>{name}</legend>") for name in ("Plane", "Saw", "New tool")] == [1, 1, 2]
    assert "workshop_id" not in page
    assert page.count("As it is engraved.") == 4
    assert 'data-look-up="/admin/users/look-up.json"' in page


def test_children_are_added_changed_and_removed_in_one_go_each_with_its_audit(browser, yard, acts):
    form = edit(browser, yard)
    plane, saw = row_of(form, "Plane"), row_of(form, "Saw")
    before = len(acts())
    typed = {f"{plane}.label": "Jointer", f"{saw}.+remove": "yes", "tools.2.label": "Axe"}
    assert save(browser, form, **typed).status_code == 303
    assert labels(browser) == ["Axe", "Jointer"]
    done = [(row["action"], row["label"]) for row in acts()][: len(acts()) - before]
    assert sorted(done) == [("changed", "Jointer"), ("created", "Axe"), ("deleted", "Saw")]


def test_what_is_the_same_is_not_touched_and_an_empty_row_makes_nothing(browser, yard, acts):
    before = acts()
    assert save(browser, edit(browser, yard)).status_code == 303
    assert acts() == before


def test_mistakes_stay_at_their_rows_and_nothing_is_saved(browser, yard, acts):
    form, before = edit(browser, yard), acts()
    plane = row_of(form, "Plane")
    typed = {"title": "", f"{plane}.label": "x" * 30, f"{plane}.keeper_id": "usr_nothing", "tools.2.label": "Axe"}
    answer = save(browser, form, **typed)
    assert answer.status_code == 422
    for mark in ('id="w-title"', f'id="w-{plane}.label"'):
        assert mark in answer.text
    assert form_of(answer, "/edit/")["tools.2.label"] == "Axe"
    again = save(browser, form, **{f"{plane}.keeper_id": "usr_nothing"})
    assert f'id="w-{plane}.keeper_id">There is no user ' in again.text
    assert acts() == before


def test_what_the_database_refuses_is_said_at_the_row(browser, yard):
    answer = save(browser, edit(browser, yard), **{"tools.2.label": "Saw"})
    assert answer.status_code == 422
    assert 'id="w-tools.2">The database refuses this' in answer.text
    assert labels(browser) == ["Plane", "Saw"]


def test_row_that_somebody_else_changed_is_told_apart_and_saved_when_sent_again(browser, sign_in, yard):
    mine, other = edit(browser, yard), sign_in("admin@example.org")
    theirs, plane = edit(other, yard), row_of(mine, "Plane")
    assert save(other, theirs, **{f"{plane}.label": "Jointer"}).status_code == 303
    answer = save(browser, mine, **{f"{plane}.label": "Block", "title": "Harbour"})
    assert answer.status_code == 422
    assert (
        f'id="w-{plane}">Somebody changed this tool after you opened the form. Theirs is now: Label: Jointer.'
        in answer.text
    )
    assert labels(browser) == ["Jointer", "Saw"]
    assert browser.post(f"{LIST}edit/", form_of(answer, "/edit/")).status_code == 303
    assert labels(browser) == ["Block", "Saw"]


def test_row_that_somebody_else_deleted_becomes_a_new_one(browser, sign_in, yard):
    mine, other = edit(browser, yard), sign_in("admin@example.org")
    saw = row_of(mine, "Saw")
    save(other, edit(other, yard), **{f"{saw}.+remove": "yes"})
    answer = save(browser, mine, **{f"{saw}.label": "Fretsaw"})
    assert f'id="w-{saw}">This tool was deleted or moved meanwhile.' in answer.text
    assert browser.post(f"{LIST}edit/", form_of(answer, "/edit/")).status_code == 303
    assert labels(browser) == ["Fretsaw", "Plane"]


def test_conflict_of_the_parent_is_merged_and_keeps_the_rows_that_were_typed(browser, sign_in, yard):
    mine, other = edit(browser, yard), sign_in("admin@example.org")
    save(other, edit(other, yard), title="Theirs")
    both = save(browser, mine, **{"title": "Mine", "tools.2.label": "Axe"})
    assert both.status_code == 409
    assert browser.post(f"{LIST}merge/", {**form_of(both, "/merge/"), "take.title": "theirs"}).status_code == 303
    assert labels(browser) == ["Axe", "Plane", "Saw"]
    assert "Theirs" in browser.get(f"{LIST}details/?id={yard}").text


def test_row_of_another_parent_cannot_be_forged(browser, yard):
    other = browser.post(f"{LIST}new/", {"title": "Other"}).location.split("=")[1]
    plane = row_of(form := edit(browser, yard), "Plane")
    stolen = {f"tools.0.{name}": form[f"{plane}.{name}"] for name in ("+id", "+seen")}
    for typed in ({"tools.0.label": "Mine"}, {"tools.0.+remove": "yes"}):
        answer = save(browser, edit(browser, other), **stolen, **typed)
        assert "This tool was deleted or moved meanwhile" in answer.text
    assert labels(browser) == ["Plane", "Saw"]


def test_more_rows_than_any_form_has_are_refused(browser, yard):
    many = {f"tools.{number}.label": "x" for number in range(201)}
    answer = save(browser, edit(browser, yard), **many)
    assert answer.status_code in (400, 422)
    assert "at most 200 rows" in answer.text


def test_children_go_with_their_parent_and_come_back_with_it(browser, yard):
    assert "goes with it, and comes back with it: tool." in browser.get(f"{LIST}delete/?id={yard}").text
    after = browser.post(f"{LIST}delete/", {"id": yard, "sure": "yes"}, follow_redirects=True)
    assert labels(browser) == []
    undone = browser.post("/admin/recycle-bin/undo/", form_of(after, "/undo/"), follow_redirects=True)
    assert "Undone: restored Yard and 2 more." in undone.text
    assert labels(browser) == ["Plane", "Saw"]


def test_children_obey_the_permissions_of_their_kind(app, people):
    declared = tools(may={"create": ("super-admin",), "delete": ("super-admin",), "change label": ("super-admin",)})
    sign_in = open_panel(app, workshops(inlines=("tool",)), declared)
    root, admin = sign_in(), sign_in("admin@example.org")
    key = root.post(f"{LIST}new/", {"title": "Yard", "tools.0.label": "Plane", "tools.0.sharp": "yes"}).location.split(
        "="
    )[1]
    page = admin.get(f"{LIST}edit/?id={key}")
    assert ["<legend>Plane" in page.text, "New tool" in page.text, "+remove" in page.text, ".label" in page.text] == [
        True, False, False, False,
    ]  # fmt: skip
    form = form_of(page, "/edit/")
    for typed, verb in (({"tools.0.label": "x"}, "change label"), ({"tools.0.+remove": "yes"}, "delete"),
                        ({"tools.1.keeper_id": people["staff"].id}, "create")):  # fmt: skip
        answer = save(admin, form, **typed)
        assert f"“{verb}” with tools is for super-admin" in answer.text or "cannot be" in answer.text, verb
    assert save(admin, form, **{"tools.0.sharp": "no"}).status_code == 303
    admin.get(LIST)
    assert admin.post(f"{LIST}delete/", {"id": key, "sure": "yes"}).status_code == 403


def test_children_that_one_may_not_see_are_neither_shown_nor_taken(app, people):
    sign_in = open_panel(app, workshops(inlines=("tool",)), tools(roles=("super-admin",)))
    root, admin = sign_in(), sign_in("admin@example.org")
    key = root.post(f"{LIST}new/", {"title": "Yard", "tools.0.label": "Plane", "tools.0.sharp": "yes"}).location.split(
        "="
    )[1]
    page = admin.get(f"{LIST}edit/?id={key}")
    assert "Plane" not in page.text
    form = form_of(page, "/edit/")
    assert admin.post(f"{LIST}edit/", {**form, "title": "Mine", "tools.1.label": "Axe"}).status_code == 303
    assert labels(root) == ["Plane"]


def test_child_that_names_no_parent_is_refused_before_the_panel_opens(app, people):
    with pytest.raises(ValueError, match="A user refers to no workshop"):
        open_panel(app, workshops(inlines=("user",)), tools())
