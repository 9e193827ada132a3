"""The page that explains the API: complete without the outside world, without complaints, and it can be tried out."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import expect


@pytest.fixture
def docs(page: Any) -> Any:
    """The page, with what it asked the network for and what it complained of."""
    page.asked, page.warnings = [], []

    def ask(request: Any) -> None:
        page.asked.append(request.url)

    def warn(said: Any) -> None:
        if said.type in ("warning", "error"):
            page.warnings.append(said.text)

    page.on("request", ask)
    page.on("console", warn)
    page.goto("/docs#tag/contact/POST/api/v1/contact-messages")
    expect(page.get_by_role("heading", name="Send a message.")).to_be_visible(timeout=20_000)
    yield page
    page.remove_listener("request", ask)
    page.remove_listener("console", warn)


def test_reader_finds_nothing_wrong_and_asks_nobody_else(docs: Any, site: Any) -> None:
    docs.wait_for_load_state("networkidle")
    assert docs.warnings == []
    assert [url for url in docs.asked if not url.startswith(site.address + "/")] == []


def test_message_is_sent_by_try_it(docs: Any, site: Any) -> None:
    docs.get_by_role("button", name=re.compile("Test Request.*contact-messages")).click()
    with docs.expect_response("**/api/v1/contact-messages") as answered:
        docs.keyboard.press("Control+Enter")
    assert answered.value.status == 202
    expect(docs.get_by_text("202 Accepted")).to_be_visible()
