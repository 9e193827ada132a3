"""An administrator's chores with many records at once: each in a real browser, by a task where there are many."""

import re
from typing import Any

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import expect
from tests.journeys.conftest import until
from tests.journeys.people import Stage


def test_long_list_is_turned_page_by_page(desk: Any, stage: Stage) -> None:
    stage.letters(60, subject="Leaf", email="leaves@example.com")
    desk.goto("/admin/contact-messages/?search=leaves@example.com")
    pages = desk.get_by_role("navigation", name="Pages")
    expect(desk.get_by_role("link", name="Edit")).to_have_count(50)
    pages.get_by_role("link", name="Next →").click()
    expect(desk.get_by_role("link", name="Edit")).to_have_count(10)
    expect(desk.get_by_role("cell", name="Leaf 1", exact=True)).to_be_visible()
    pages.get_by_role("link", name="First").click()
    expect(desk.get_by_role("cell", name="Leaf 60", exact=True)).to_be_visible()
    pages.get_by_role("link", name="Last").click()
    expect(desk.get_by_role("cell", name="Leaf 1", exact=True)).to_be_visible()


def test_two_letters_get_another_sender_in_one_go(desk: Any, stage: Stage) -> None:
    stage.letters(3, subject="Misspelt", email="bulk@example.com", name="Ada Lovelance")
    desk.goto("/admin/contact-messages/?search=bulk@example.com")
    for subject in ("Misspelt 1", "Misspelt 2"):
        desk.get_by_role("row", name=re.compile(subject)).get_by_role("checkbox").check()
    desk.get_by_role("button", name="Edit…").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Edit: 2 contact messages?")
    desk.get_by_role("checkbox", name="Change: Name").check()
    desk.get_by_role("textbox", name="Name").fill("Ada Lovelace")
    desk.get_by_role("button", name="Edit").click()
    expect(desk.get_by_role("status")).to_have_text("Changed: 2 contact messages.")
    expect(desk.get_by_role("cell", name="Ada Lovelace", exact=True)).to_have_count(2)
    expect(desk.get_by_role("cell", name="Ada Lovelance", exact=True)).to_have_count(1)


def test_all_that_match_are_deleted_by_a_task(desk: Any, stage: Stage) -> None:
    stage.letters(51, subject="Advertisement", email="spam@example.com")
    desk.goto("/admin/contact-messages/?search=spam@example.com")
    desk.get_by_role("checkbox", name="All 51 that fit").check()
    desk.get_by_role("button", name="Delete…").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Delete: 51 contact messages?")
    desk.get_by_role("button", name="Delete").click()
    expect(desk.get_by_role("status")).to_contain_text("A task does this now")
    until(stage.is_done(desk.url), seconds=20, what="the task to have deleted them")
    expect(desk.get_by_role("region", name="Fields").get_by_text("done", exact=True)).to_be_visible()
    desk.goto("/admin/contact-messages/?search=spam@example.com")
    expect(desk.get_by_text("Nothing fits.")).to_be_visible()
    desk.goto("/admin/recycle-bin/?search=Advertisement")
    expect(desk.get_by_text("51 deleted records", exact=True)).to_be_visible()
