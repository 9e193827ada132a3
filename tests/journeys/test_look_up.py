"""A related record by keyboard in a real browser: typed, heard, chosen, sent; judged by axe while it is open."""

from typing import Any

import pytest

pytest.importorskip("playwright")

from tests.journeys.looks import Looks


def test_record_is_chosen_by_keyboard_and_its_key_is_sent(desk: Any, looks: Looks) -> None:
    desk.goto("/admin/audit-entries/")
    desk.locator("summary", has_text="Filters").click()
    box, options = desk.get_by_role("combobox", name="User"), desk.locator("[role=option]:visible")
    box.press_sequentially("administr")
    options.first.wait_for()
    assert desk.locator(".look-up [role=status]").inner_text() == "1 found."
    assert looks.violations(desk) == []
    box.press("Escape")
    assert (options.count(), box.get_attribute("aria-expanded")) == (0, "false")
    box.press("ArrowDown")
    desk.locator("[role=option][aria-selected=true]").wait_for()
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    box.press("Enter")
    assert box.input_value() == "Administrator <admin@example.com>"
    box.press("Enter")
    desk.wait_for_url("**actor_id.is=usr_*")
    assert desk.get_by_role("combobox", name="User").input_value() == "Administrator <admin@example.com>"
