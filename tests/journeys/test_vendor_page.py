"""A vendor fails, its understudy takes over, the page of the vendors turns yellow, and green again by itself."""

from typing import Any

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import expect
from tests.journeys.people import sign_in

FLUSHED = 15_000
"""Milliseconds: two until calls are written down, three until the page looks again, and a busy machine."""


def test_vendor_page_turns_yellow_and_then_green(page: Any, stage: Any) -> None:
    sign_in(page)
    page.wait_for_url("**/admin/")
    page.goto("/admin/vendors/")
    overall, mail = page.locator("#overall"), page.locator("section", has=page.locator("#channel-mail"))
    with stage.failing("mail:sandbox"):
        stage.letter()
        expect(overall).to_have_class("notice warning", timeout=FLUSHED)
        expect(mail.locator("#mail-sandbox")).to_contain_text("failing")
        expect(mail.locator("#mail-sandbox")).to_contain_text("told to fail")
        expect(mail.locator("#mail-understudy")).to_contain_text("well")
    stage.letter()
    expect(mail.get_by_role("heading")).to_have_text("Mail well", timeout=FLUSHED)
    expect(mail).not_to_contain_text("failing")
