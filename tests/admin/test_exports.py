"""Exports in the panel: ordered from a list, watched and taken on a page of their own, by who asked for them."""

import csv
import io
import re

import pytest
from tests.admin.browser import Browser

LIST, PAGE = "/admin/contact-messages/", "/admin/exports/"


@pytest.fixture
def made(app, browser, message, drain_queue):
    """Order an export of the messages that were searched for, and have it written; returns the page of exports."""
    message(name="=cmd|' /C calc'!A0", subject="Looms")
    message(subject="Engines")
    page = browser.get(f"{LIST}?search=looms")
    back = re.search(r'name="back" value="([^"]+)"', page.text).group(1)
    assert browser.post(f"{LIST}export/", {"back": back}).location == PAGE
    before = browser.get(PAGE).text
    assert ('hx-trigger="every 1s"' in before, "Download" in before) == (True, False)
    drain_queue(app, "exports")
    return browser.get(PAGE)


def link(page):
    return re.search(r'href="(/admin/exports/file/\?id=[^"]+)"', page.text).group(1)


def test_export_holds_what_the_list_shows_without_formulas(browser, made):
    answer = browser.get(link(made))
    rows = list(csv.DictReader(io.StringIO(answer.text[1:])))
    assert (answer.text[0], [row["name"] for row in rows], rows[0]["delivered_at"]) == (
        "\ufeff",
        ["'=cmd|' /C calc'!A0"],
        "",
    )
    for name, value in {
        "Content-Type": "text/csv; charset=utf-8", "Cache-Control": "no-store",
        "Content-Length": str(len(answer.data)),
    }.items():  # fmt: skip
        assert answer.headers[name] == value
    assert re.fullmatch(
        r"attachment; filename=contact-messages-\d{4}-\d\d-\d\d\.csv", answer.headers["Content-Disposition"]
    )


def test_export_page_says_which_list_and_leads_back_to_it(made):
    for words in ('href="/admin/contact-messages/?search=looms"', "search=looms", ">done<", '<td data-label="Rows">1<'):
        assert words in made.text
    assert "hx-trigger" not in made.text.partition("<main")[2]


def test_export_is_told_on_its_task(browser, app, made):
    key = link(made).partition("=")[2]
    assert f'href="{link(made)}">the exported list' in browser.get(f"/admin/tasks/details/?id={key}").text


def test_what_was_searched_for_is_not_told_to_others_by_the_task(site, people, made):
    staff, key = Browser(site), link(made).partition("=")[2]
    staff.sign_in("staff@example.org")
    page = staff.get(f"/admin/tasks/details/?id={key}").text
    assert ("&#34;kind&#34;: &#34;contact-messages&#34;" in page, "looms" in page) == (True, False)


def test_export_of_somebody_else_is_not_found(site, people, made):
    admin = Browser(site)
    admin.sign_in("admin@example.org")
    assert admin.get(link(made)).status_code == 404
    assert "There is no export" in admin.get(PAGE).text
    assert admin.post(f"{PAGE}remove/", {"id": link(made).partition("=")[2]}).status_code == 404


def test_export_is_removed(browser, made):
    browser.post(f"{PAGE}remove/", {"id": link(made).partition("=")[2]})
    assert "There is no export" in browser.get(PAGE).text
    assert browser.get(link(made)).status_code == 404


@pytest.mark.parametrize("key", ["", "tsk_forged", "../../etc/passwd", "%00", "x" * 3000])
def test_export_that_does_not_exist_is_not_found(browser, key):
    assert browser.get(f"{PAGE}file/?id={key}").status_code == 404


@pytest.mark.parametrize("back", ["sort=password_hash", "nonsense=1", "after=forged"])
def test_export_of_a_forged_list_is_refused_with_a_sentence(browser, acts, back):
    browser.get(PAGE)
    before = acts()
    answer = browser.post(f"{LIST}export/", {"back": back})
    assert (answer.status_code, 'class="notice danger"' in answer.text, acts()) == (400, True, before)


def test_exports_need_post_and_a_token(browser, site):
    for path in (f"{LIST}export/", f"{PAGE}remove/"):
        assert browser.get(path).status_code == 405
        assert browser.post(path, {"csrf_token": "forged"}).status_code == 400
