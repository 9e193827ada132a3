"""The command palette by keyboard: opened, searched, walked through, closed, with the focus where it belongs."""

from typing import Any

import pytest

pytest.importorskip("playwright")

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

AXE = Axe()


def test_palette_leads_by_keyboard_to_a_page_and_gives_the_focus_back(page: Any) -> None:
    page.goto("/login")
    page.get_by_label("E-mail address").fill("admin@example.com")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/")
    page.get_by_role("link", name="Find").focus()
    page.keyboard.press("Control+k")
    words = page.get_by_role("combobox", name="Find pages")
    expect(words).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Find")).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type("change pass")
    expect(page.get_by_role("option", name="Change password")).to_have_attribute("aria-selected", "true")
    words.fill("")
    expect(page.get_by_role("option", name="Monitor")).to_be_visible()
    report = AXE.run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    assert [found["id"] for found in report.response["violations"]] == []
    page.keyboard.press("ArrowDown")
    active = page.locator(f"#{words.get_attribute('aria-activedescendant')}")
    expect(active).to_have_text("Monitor")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/monitor/")
