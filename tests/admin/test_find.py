"""Finding pages, actions and records: what fits, and no more than the visitor may see."""

import re

import pytest
from tests.admin.browser import Browser

FIND = "/admin/find/"


SECTION = re.compile(r"<h2[^>]*>([^<]+)</h2>(.*?)</section>", re.DOTALL)


def found(browser, words):
    page = browser.get(FIND, query_string={"q": words}).text
    return {name: re.findall(r">([^<]+)</a>", rest) for name, rest in SECTION.findall(page)}


@pytest.fixture
def staff(site, people):
    made = Browser(site)
    made.sign_in("staff@example.org")
    return made


def test_without_words_there_are_pages_and_actions(browser):
    seen = found(browser, "")
    assert list(seen) == ["Pages", "Actions"]
    assert {"Dashboard", "Monitor", "Timetable", "Users", "Change password"} <= set(seen["Pages"])
    assert {"New user", "Run dead tasks again…"} <= set(seen["Actions"])


def test_every_word_must_fit(browser):
    assert found(browser, "new message")["Actions"] == ["New contact message"]
    assert found(browser, "new nonsense") == {}


def test_records_are_found_by_the_search_of_their_list(browser, message):
    for number in range(7):
        message(subject=f"Engines {number}")
    seen = found(browser, "engines")
    assert len(seen["Contact messages"]) == 6
    assert seen["Contact messages"][0].startswith("Ada · ada@example.com · Engines ")
    assert seen["Contact messages"][-1] == "All of them in the list"


def test_record_is_found_by_its_id(browser, message):
    key = message()
    page = browser.get(FIND, query_string={"q": key}).text
    assert f"/admin/contact-messages/details/?id={key}" in page
    assert list(found(browser, key)) == ["Contact messages"]


def test_schedules_and_tasks_of_the_day_are_found(app, browser):
    with app.uow.transaction():
        app.timetable.declare(app.catalogue)
        app.timetable.run_now("clean-up")
    seen = found(browser, "clean")
    assert seen["Timetable"][0] == "clean-up"
    assert seen["Tasks of the last 24 hours"][0].startswith("tasks.clean-up")


def test_what_may_not_be_listed_is_not_found(app, staff, browser):
    assert found(browser, "admin@example.com")["Users"]
    seen = found(staff, "admin@example.com")
    assert set(seen) & {"Users", "Audit entries"} == set()
    assert not {"Users", "Audit entries"} & set(found(staff, "")["Pages"])
    assert "New user" not in found(staff, "")["Actions"]
    with app.uow.reading():
        key = app.users.by_email("admin@example.com").id
    assert found(staff, key) == {}


def test_palette_gets_the_same_as_options(browser, message):
    message()
    page = browser.get(f"{FIND}?q=engines&part=options").text
    options = re.findall(r'role="option" [^>]*id="palette-(\d+)" href="([^"]+)"', page)
    assert [number for number, _ in options] == [str(number) for number in range(len(options))]
    assert ("<html" in page, len(options) >= 2) == (False, True)


@pytest.mark.parametrize("words", ["a" * 500, "%00", "x y z a b c d e f g h i", "'; DROP TABLE users; --", "%_"])
def test_odd_words_find_nothing_and_break_nothing(browser, words):
    assert browser.get(FIND, query_string={"q": words.replace("%00", "\x00")}).status_code == 200


def test_find_is_in_no_menu_and_closed_to_strangers(browser, stranger):
    assert f'<li><a href="{FIND}"' not in browser.get("/admin/").text
    assert stranger.get(FIND).status_code == 303
