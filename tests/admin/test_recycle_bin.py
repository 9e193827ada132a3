"""Deleting in the panel can be undone: from the flash, from the bin, one by one or many; some see less of it."""

import re

import pytest
from tests.admin.browser import PASSWORD, Browser, form_of

BIN = "/admin/recycle-bin/"
LIST = "/admin/contact-messages/"


@pytest.fixture
def signed_in(site, people):
    def sign_in(role):
        made = Browser(site)
        made.sign_in(f"{role}@example.org")
        return made

    return sign_in


def delete(browser, *keys, where=LIST):
    browser.get(where)
    return browser.post(f"{where}delete/", {"id": list(keys), "sure": "yes"}, follow_redirects=True)


def rows(browser, query=""):
    return re.findall(r'name="rowid" value="([^"]+)"', browser.get(BIN + query).text)


def test_deletion_says_that_it_can_be_restored_and_is_undone_by_one_press(browser, message, acts):
    keys = [message(subject="Engines"), message(subject="Looms")]
    assert "restored from the recycle bin for 30 days" in browser.get(f"{LIST}delete/?id={keys[0]}").text
    after = delete(browser, *keys)
    assert "Deleted 2 contact messages." in after.text
    undone = browser.post(f"{BIN}undo/", form_of(after, "/undo/"), follow_redirects=True)
    assert re.search(r"Undone: restored (Engines|Looms) \(ada@example.com\) and 1 more\.", undone.text)
    assert [browser.get(f"{LIST}details/?id={key}").status_code for key in keys] == [200, 200]
    assert [row["action"] for row in acts()].count("restored") == 2


def test_deleted_record_is_found_looked_at_and_restored(browser, message):
    key = message(subject="Engines", message="Of two\nlines")
    message(subject="Looms")
    delete(browser, key)
    (deleted,) = rows(browser, "?search=engines+message")
    assert rows(browser, "?search=looms") == []
    page = browser.get(f"{BIN}details/?id={deleted}")
    for words in ("Of two\nlines", "A contact message, deleted by <strong>Administrator", "Received"):
        assert words in page.text
    back = browser.post(f"{BIN}restore/", form_of(page, "/restore/"), follow_redirects=True)
    assert "Restored Engines (ada@example.com)." in back.text
    history = re.findall(r"</strong> (\w+) ·", back.text)
    assert sorted(history) == ["deleted", "restored"]


def test_message_that_was_not_sent_yet_is_sent_when_it_comes_back(browser, message):
    key = message()
    delete(browser, key)
    assert "cancelled" in browser.get("/admin/tasks/").text
    after = delete(browser, message())
    browser.post(f"{BIN}action/", {"action": "restored", "rowid": rows(browser), "csrf": ""})
    assert "cancelled</span>" not in browser.get("/admin/tasks/").text
    assert browser.post(f"{BIN}undo/", form_of(after, "/undo/")).status_code == 404


def test_ticked_ones_are_restored_each_by_itself(browser, people, app):
    keys = [people["staff"].id, people["member"].id]
    delete(browser, *keys, where="/admin/users/")
    with app.uow.transaction():
        app.accounts.create("staff@example.org", "Another", "staff", PASSWORD)
    page = browser.get(BIN)
    assert page.status_code == 200
    after = browser.post(f"{BIN}action/", {"action": "restored", "rowid": rows(browser)}, follow_redirects=True).text
    assert "staff@example.org has an account again" in after
    assert "Restore: 1 deleted record." in after
    assert len(rows(browser)) == 1


def test_restored_user_has_no_password_until_given_a_new_one(site, browser, people):
    delete(browser, people["staff"].id, where="/admin/users/")
    browser.get(f"{BIN}details/?id={rows(browser)[0]}")
    browser.post(f"{BIN}restore/", {"id": rows(browser)[0]})
    assert Browser(site).sign_in("staff@example.org").status_code == 422


def test_bin_shows_to_each_what_they_may_see(browser, people, message, signed_in, app, exported):
    with app.uow.transaction():
        app.accounts.create("viewer@example.org", "Viewer", "viewer", PASSWORD)
    delete(browser, people["member"].id, where="/admin/users/")
    delete(browser, message())

    of_user, of_message = rows(browser, "?search=member")[0], rows(browser, "?search=engines")[0]
    staff, viewer = signed_in("staff"), signed_in("viewer")
    assert rows(staff) == [of_message]
    for visitor in (staff, viewer):
        assert visitor.get(f"{BIN}details/?id={of_user}").status_code == 404
        assert "member@example.org" not in visitor.get(BIN).text + exported(visitor, BIN)
        assert visitor.post(f"{BIN}restore/", {"id": of_user}).status_code == 404
    assert "Engines" in viewer.get(f"{BIN}details/?id={of_message}").text
    assert ">Restore<" not in viewer.get(f"{BIN}details/?id={of_message}").text
    assert viewer.post(f"{BIN}restore/", {"id": of_message}).status_code == 403
    assert staff.post(f"{BIN}restore/", {"id": of_message}).status_code == 303


def test_only_admins_empty_the_bin(browser, message, signed_in, acts):
    delete(browser, message())
    staff = signed_in("staff")
    assert "Empty it" not in staff.get(BIN).text
    assert staff.post(f"{BIN}empty/", {"sure": "yes"}).status_code == 403
    assert staff.post(f"{BIN}delete/", {"id": rows(staff), "sure": "yes"}).status_code == 403
    page = browser.get(f"{BIN}empty/")
    assert "goes for good" in page.text
    after = browser.post(f"{BIN}empty/", form_of(page, "/empty/"), follow_redirects=True).text
    assert "1 deleted record is gone for good" in after
    assert "There is no deleted record yet" in after
    assert acts()[0]["action"] == "emptied"


def test_one_record_is_deleted_for_good_and_leaves_nothing_to_undo(browser, message):
    delete(browser, message())
    (deleted,) = rows(browser)
    assert "cannot be undone" in browser.get(f"{BIN}delete/?id={deleted}").text
    assert "Undo" not in delete(browser, deleted, where=BIN).text
    assert rows(browser) == []


@pytest.mark.parametrize("key", ["", "del_nothing", "x" * 5000, "a\x00b"])
def test_key_of_nothing_deleted_is_not_found(browser, key):
    browser.get(BIN)
    assert browser.get(f"{BIN}details/", query_string={"id": key}).status_code == 404
    for page, name in (("restore", "id"), ("undo", "act")):
        assert browser.post(f"{BIN}{page}/", {name: key}).status_code == 404


def test_bin_obeys_post_and_csrf(browser, message):
    after = delete(browser, message())
    act = form_of(after, "/undo/")["act"]
    assert browser.get(f"{BIN}undo/?act={act}").status_code == 405
    assert browser._client.post(f"{BIN}undo/", data={"act": act}).status_code == 400
    assert len(rows(browser)) == 1
