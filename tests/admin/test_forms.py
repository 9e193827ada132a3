"""Two administrators at one record, and what else a form does beyond saving once."""

import pytest
from tests.admin.browser import Browser, form_of

LIST = "/admin/contact-messages/"


@pytest.fixture
def colleague(site, people):
    """Another browser, with an admin signed in."""
    made = Browser(site)
    made.sign_in("admin@example.org")
    return made


def shown(browser, key):
    return browser.get(f"{LIST}details/?id={key}").text


def edit(browser, key, **typed):
    """Open the form, and return what would be sent with some of it typed anew."""
    return {**form_of(browser.get(f"{LIST}edit/?id={key}"), "/edit/"), **typed}


def test_two_changes_of_different_fields_are_both_kept(browser, colleague, message):
    key = message(subject="Engines")
    mine, theirs = edit(browser, key, subject="Looms"), edit(colleague, key, name="Bea")
    assert colleague.post(f"{LIST}edit/", theirs).status_code == 303
    both = browser.post(f"{LIST}edit/", mine)
    assert both.status_code == 409
    assert "Admin &lt;admin@example.org&gt;</strong>" in both.text
    assert browser.post(f"{LIST}merge/", form_of(both, "/merge/")).status_code == 303
    for words in ("Looms", "Bea"):
        assert words in shown(browser, key)


def test_two_changes_of_one_field_need_a_choice_and_nothing_typed_is_lost(browser, colleague, message):
    key = message(message="Hello", subject="Engines")
    mine = edit(browser, key, message="Mine,\r\nof two lines", subject="Looms")
    colleague.post(f"{LIST}edit/", edit(colleague, key, message="Theirs"))
    both = browser.post(f"{LIST}edit/", mine)
    for words in ("Theirs", "Mine,", "As it was: <span>Hello", "both changed it"):
        assert words in both.text
    undecided = browser.post(f"{LIST}merge/", form_of(both, "/merge/"))
    assert undecided.status_code == 422
    assert "Both of you changed Message." in undecided.text
    chosen = {**form_of(undecided, "/merge/"), "take.message": "yours", "take.subject": "theirs"}
    assert browser.post(f"{LIST}merge/", chosen).status_code == 303
    page = shown(browser, key)
    assert "Mine,\nof two lines" in page
    assert "Looms" not in page


def test_merge_that_is_overtaken_again_shows_the_newest_version(browser, colleague, message):
    key = message(subject="Engines")
    mine = edit(browser, key, subject="Mine")
    colleague.post(f"{LIST}edit/", edit(colleague, key, subject="Theirs"))
    both = form_of(browser.post(f"{LIST}edit/", mine), "/merge/") | {"take.subject": "yours"}
    colleague.post(f"{LIST}edit/", edit(colleague, key, subject="Newest"))
    again = browser.post(f"{LIST}merge/", both)
    assert again.status_code == 409
    for words in ("Newest", "Mine", "As it was: <span>Engines"):
        assert words in again.text
    assert browser.post(f"{LIST}merge/", form_of(again, "/merge/")).status_code == 303
    assert "Mine" in shown(browser, key)


def test_merge_may_be_edited_further_before_it_is_saved(browser, colleague, message):
    key = message(subject="Engines")
    mine = edit(browser, key, subject="Mine", name="Cleo")
    colleague.post(f"{LIST}edit/", edit(colleague, key, subject="Theirs"))
    both = form_of(browser.post(f"{LIST}edit/", mine), "/merge/")
    form = form_of(browser.post(f"{LIST}merge/", both | {"take.subject": "theirs", "then": "edit"}), "/edit/")
    assert (form["subject"], form["name"]) == ("Theirs", "Cleo")
    assert browser.post(f"{LIST}edit/", form | {"subject": "Theirs and mine"}).status_code == 303
    assert "Theirs and mine" in shown(browser, key)


def test_merge_against_the_rules_comes_back_as_a_form(browser, colleague, message):
    key = message(name="Ada")
    mine = edit(browser, key, name="")
    colleague.post(f"{LIST}edit/", edit(colleague, key, subject="Theirs"))
    both = browser.post(f"{LIST}edit/", mine)
    answer = browser.post(f"{LIST}merge/", form_of(both, "/merge/"))
    assert answer.status_code == 422
    form = form_of(answer, "/edit/")
    assert 'id="w-name"' in answer.text
    assert browser.post(f"{LIST}edit/", form | {"name": "Bea"}).status_code == 303
    for words in ("Theirs", "Bea"):
        assert words in shown(browser, key)


def test_same_change_by_both_leaves_nothing_to_save(browser, colleague, message, acts):
    key = message(subject="Engines")
    mine = edit(browser, key, subject="Looms")
    colleague.post(f"{LIST}edit/", edit(colleague, key, subject="Looms"))
    assert browser.post(f"{LIST}edit/", mine).location.endswith(key)
    assert [row["action"] for row in acts()].count("changed") == 1


@pytest.mark.parametrize("forged", [{"was": "[" * 9000}, {"was": '{"name": 5}'}, {"take.name": "mine"}, {"seen": "x"}])
def test_merge_that_was_forged_is_never_an_error_of_ours(browser, colleague, message, forged):
    key = message()
    mine = edit(browser, key, name="Mine")
    colleague.post(f"{LIST}edit/", edit(colleague, key, name="Theirs"))
    both = form_of(browser.post(f"{LIST}edit/", mine), "/merge/")
    assert browser.post(f"{LIST}merge/", both | forged).status_code in (409, 422)
    assert browser.get(f"{LIST}merge/").status_code == 405


def test_saving_and_going_on_leads_back_to_the_form(browser, message):
    key = message()
    answer = browser.post(f"{LIST}edit/", edit(browser, key, subject="Looms", then="stay"))
    assert answer.location == f"{LIST}edit/?id={key}"
    page = browser.get(answer.location)
    assert "Saved." in page.text
    assert browser.post(f"{LIST}edit/", {**form_of(page, "/edit/"), "subject": "Cards"}).status_code == 303


def test_making_one_and_another_leads_to_an_empty_form(browser):
    form = {"name": "Ada", "email": "a@example.com", "subject": "One", "message": "Hello", "notify_me": "no"}
    browser.get(f"{LIST}new/")
    answer = browser.post(f"{LIST}new/", {**form, "then": "another"})
    assert answer.location == f"{LIST}new/"
    assert form_of(browser.get(answer.location), "/new/")["subject"] == ""


def test_duplicate_begins_with_the_values_of_another(browser, message):
    key = message(subject="Looms", message="Two\nlines", notify_me=True)
    assert f'href="{LIST}new/?id={key}">Duplicate' in shown(browser, key)
    form = form_of(browser.get(f"{LIST}new/?id={key}"), "/new/")
    assert {name: form[name] for name in ("subject", "message", "notify_me")} == {
        "subject": "Looms", "message": "Two\nlines", "notify_me": "yes",
    }  # fmt: skip
    made = browser.post(f"{LIST}new/", form)
    assert made.status_code == 303
    assert key not in made.location


def test_duplicate_of_nothing_is_not_found(browser):
    assert browser.get(f"{LIST}new/?id=msg_nobody").status_code == 404


def test_duplicate_of_a_user_shows_no_secret_and_takes_another_address(browser, people):
    page = browser.get(f"/admin/users/new/?id={people['staff'].id}")
    form = form_of(page, "/new/")
    assert (form["email"], form["role"], form["password"]) == ("staff@example.org", "staff", "")
    assert "argon2" not in page.text
    assert browser.post("/admin/users/new/", form).status_code == 409
