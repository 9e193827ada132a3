"""Undoing in the panel: back to an earlier version, by the rules and with a confirmation."""

import re

import pytest
from tests.admin.browser import form_of

LIST = "/admin/contact-messages/"


def change(browser, key, **typed):
    form = form_of(browser.get(f"{LIST}edit/?id={key}"), "/edit/")
    assert browser.post(f"{LIST}edit/", {**form, **typed}).status_code == 303
    return browser.get(f"{LIST}details/?id={key}").text


def ways_back(page):
    return [way.replace("&amp;", "&") for way in re.findall(r'href="([^"]+/revert/[^"]+)"', page)]


def test_record_goes_back_to_an_earlier_version_after_a_confirmation(browser, message, acts):
    key = message(subject="Engines")
    change(browser, key, subject="Looms")
    page = change(browser, key, subject="Cards", name="Bea")
    (way,) = ways_back(page)
    sure = browser.get(way)
    assert "<td>Cards</td><td>Looms</td>" in sure.text
    assert browser.post(f"{LIST}revert/", form_of(sure, "/revert/")).status_code == 303
    page = browser.get(f"{LIST}details/?id={key}").text
    assert "Looms (ada@example.com)" in page
    assert acts()[0]["action"] == "reverted"
    assert len(ways_back(page)) == 2


def test_version_that_was_overtaken_is_shown_again(browser, message):
    key = message(subject="Engines")
    change(browser, key, subject="Looms")
    (way,) = ways_back(change(browser, key, subject="Cards"))
    sent = form_of(browser.get(way), "/revert/")
    change(browser, key, subject="Mills")
    late = browser.post(f"{LIST}revert/", sent)
    assert late.status_code == 409
    assert "<td>Mills</td><td>Looms</td>" in late.text


@pytest.mark.parametrize("version", ["", "aud_nothing", "%00", "x" * 3000])
def test_version_that_does_not_exist_is_not_found(browser, message, version):
    assert browser.get(f"{LIST}revert/?id={message()}&version={version}").status_code == 404


def test_kinds_that_nobody_edits_have_no_way_back(browser, message):
    message()
    assert browser.get("/admin/tasks/revert/?id=x&version=y").status_code == 404


def test_going_back_obeys_who_may_change_whom(browser, stranger, people):
    key = people["admin"].id
    form = form_of(browser.get(f"/admin/users/edit/?id={key}"), "/edit/")
    browser.post("/admin/users/edit/", {**form, "name": "Other"})
    form = form_of(browser.get(f"/admin/users/edit/?id={key}"), "/edit/")
    browser.post("/admin/users/edit/", {**form, "name": "Third", "role": "super-admin"})
    stranger.sign_in("admin@example.org")
    (way,) = ways_back(browser.get(f"/admin/users/details/?id={key}").text)
    with_role = browser.get(way)
    assert "<td>super-admin</td><td>admin</td>" in with_role.text
    assert browser.post("/admin/users/revert/", form_of(with_role, "/revert/")).status_code == 303
