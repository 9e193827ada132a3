"""A related record by keyboard in a real browser: typed, heard, chosen, sent; judged by axe while it is open."""

from typing import Any

import pytest

pytest.importorskip("playwright")

from tests.journeys.test_every_page import _violations
from tests.journeys.test_two_administrators import _signed_in


def test_record_is_chosen_by_keyboard_and_its_key_is_sent(chromium: Any, site: Any) -> None:
    page = _signed_in(chromium, site)
    page.goto("/admin/audit-entries/")
    page.locator("summary", has_text="Filters").click()
    box, options = page.get_by_role("combobox", name="User"), page.locator("[role=option]:visible")
    box.press_sequentially("administr")
    options.first.wait_for()
    assert page.locator(".look-up [role=status]").inner_text() == "1 found."
    assert _violations(page) == []
    box.press("Escape")
    assert (options.count(), box.get_attribute("aria-expanded")) == (0, "false")
    box.press("ArrowDown")
    page.locator("[role=option][aria-selected=true]").wait_for()
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    box.press("Enter")
    assert box.input_value() == "Administrator <admin@example.com>"
    box.press("Enter")
    page.wait_for_url("**actor_id.is=usr_*")
    assert page.get_by_role("combobox", name="User").input_value() == "Administrator <admin@example.com>"
    page.context.close()
