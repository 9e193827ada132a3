"""A person is told by the bell, reads it, and then wants no more mails of that kind."""

from __future__ import annotations

from typing import Any

import pytest
import requests

pytest.importorskip("playwright")

from playwright.sync_api import expect
from tests.journeys.conftest import until
from tests.journeys.people import PASSWORD, sign_in

ME = "bell@example.com"


def mails(site: Any) -> list[str]:
    kept = requests.get(f"{site.address}/dev/inbox.json", timeout=10).json()["messages"]
    return [one["subject"] for one in kept if ME in str(one.get("to"))]


def write(page: Any, subject: str) -> None:
    page.goto("/contact")
    expect(page.get_by_label("Your e-mail address")).to_have_value(ME)
    page.get_by_label("Subject").fill(subject)
    page.get_by_role("textbox", name="Message").fill("Hello")
    page.get_by_label("Tell me when it has been delivered").check()
    page.get_by_role("button", name="Send the message").click()
    expect(page.locator("#task")).to_have_attribute("data-state", "done", timeout=20_000)


def test_bell_rings_is_read_and_mails_are_switched_off(page: Any, site: Any, stage: Any) -> None:
    stage.person("member", ME, "Caroline Herschel")
    sign_in(page, ME, PASSWORD)
    write(page, "First")
    until(lambda: len(mails(site)) == 1, seconds=20, what="the mail")
    page.goto("/notifications")
    expect(page.get_by_label("Notifications, 1 unread")).to_be_visible()
    page.get_by_role("button", name="Mark as read").first.click()
    expect(page.locator("#bell")).to_have_attribute("aria-label", "Notifications")
    page.get_by_role("link", name="Choose how you are told").click()
    page.get_by_label("Contact message delivered: Mail").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("You are told as you chose.")).to_be_visible()
    write(page, "Second")
    page.goto("/notifications")
    until(lambda: page.reload() and page.get_by_label("Notifications, 1 unread").count(), seconds=20, what="the bell")
    assert len(mails(site)) == 1
