"""Somebody signs up, opens the account from the mailbox, and changes the password: other browsers are signed out."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import expect
from tests.journeys.conftest import until
from tests.journeys.people import Stage, sign_in

HEDY, PASSWORD, OTHER = "hedy@example.com", "four quiet looms", "seven loud gears"


def newest_mail(page: Any, stage: Stage, subject: str, to: str) -> Any:
    """Open the inbox's newest mail of this subject, as soon as it is there; returns its body."""
    until(stage.is_mailed(subject, to), seconds=20, what=f"the mail “{subject}”")
    page.goto("/dev/inbox")
    page.get_by_role("link", name=re.compile(f"{re.escape(to)}.*{subject}", re.DOTALL)).first.click()
    return page.frame_locator("iframe.letter")


def sign_up(page: Any) -> None:
    page.goto("/signup")
    for label, text in (("E-mail address", HEDY), ("Username", "hedy"), ("Your name", "Hedy Lamarr")):
        page.get_by_label(label).fill(text)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_label("Password")).to_have_attribute("type", "text")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_text("We sent a mail to hedy@example.com")).to_be_visible()


def test_newcomer_signs_up_and_changes_the_password(page: Any, newcomer: Any, stage: Stage) -> None:
    sign_up(page)
    address = newest_mail(page, stage, "Confirm your address", HEDY).get_by_role("link", name="Confirm my address")
    page.goto(address.get_attribute("href"))
    page.get_by_role("button", name="Open my account").click()
    expect(page.get_by_text("Your account @hedy is ready.")).to_be_visible()
    for browser in (page, newcomer):
        sign_in(browser, HEDY, PASSWORD)
        expect(browser.get_by_role("link", name="Hedy Lamarr")).to_be_visible()
    page.goto("/account/sign-in")
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_label("New password").fill(OTHER)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Every other browser was signed out.")).to_be_visible()
    newcomer.goto("/account/sign-in")
    expect(newcomer).to_have_url(re.compile("/login"))
    letter = newest_mail(page, stage, "Your password for Enginebay was changed", HEDY)
    expect(letter.get_by_text("Was this not you?")).to_be_visible()
