"""An administrator's chores with many records at once: each in a real browser, by a task where there are many."""

from typing import Any

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import expect
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
