"""Two people write to each other: the one without JavaScript, the other sees it come, and has read it by that."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import expect
from tests.journeys.people import PASSWORD, sign_in


def test_message_comes_by_itself_is_read_by_being_shown_and_answered(page: Any, elsewhere: Any, stage: Any) -> None:
    for name in ("grace", "mary"):
        stage.person("member", f"{name}.talks@example.com", name.title())
    sign_in(elsewhere, "grace.talks@example.com", PASSWORD)
    sign_in(page, "mary.talks@example.com", PASSWORD)
    elsewhere.goto("/messages/new?to=mary.talks")
    elsewhere.get_by_label("Message", exact=True).fill("Hello Mary")
    elsewhere.get_by_role("button", name="Send").click()

    page.goto("/messages")
    expect(page.locator(".mast .number")).to_have_text("1")
    page.get_by_role("link", name="Grace", exact=True).click()
    expect(page.get_by_role("button", name="Mark as read")).to_be_visible()
    elsewhere.get_by_label("Your message").fill("Are you there?")
    elsewhere.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Are you there?")).to_be_visible(timeout=15_000)
    page.get_by_label("Your message").fill("I am")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".mast .number")).to_have_count(0)
    elsewhere.reload()
    expect(elsewhere.get_by_text("I am")).to_be_visible()
