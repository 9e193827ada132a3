"""A person makes an access token, tries it in a terminal and on the page that explains the API, and revokes it."""

from __future__ import annotations

from typing import Any

import pytest
import requests

pytest.importorskip("playwright")

from playwright.sync_api import expect
from tests.journeys.people import PASSWORD, sign_in


def test_access_token_from_its_making_to_its_end(page: Any, site: Any, stage: Any) -> None:
    stage.person("member", "tokens@example.com", "Mary Somerville")
    sign_in(page, "tokens@example.com", PASSWORD)
    page.goto("/account/tokens")
    page.get_by_role("link", name="New access token").click()
    page.get_by_role("textbox", name="Name").fill("My script")
    page.get_by_label("Read your own profile").check()
    page.get_by_role("button", name="Make the token").click()
    text = page.get_by_label("My script").input_value()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == text
    bearing = {"Authorization": f"Bearer {text}"}
    assert requests.get(f"{site.address}/api/v1/me", headers=bearing, timeout=10).json()["name"] == "Mary Somerville"

    page.get_by_role("link", name="I have kept it").click()
    expect(page.get_by_text("from 127.0.0.1")).to_be_visible()
    _try_it(page, text)
    page.goto("/account/tokens")
    page.get_by_role("button", name="Revoke My script").click()
    expect(page.get_by_text("Programs that use it are refused from now on.")).to_be_visible()
    assert requests.get(f"{site.address}/api/v1/me", headers=bearing, timeout=10).status_code == 401


def _try_it(page: Any, text: str) -> None:
    """Nobody is signed in there but by the token: the cookies are gone for as long as it is tried."""
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.goto("/docs#tag/account/GET/api/v1/me")
    expect(page.get_by_role("heading", name="Read who you are.")).to_be_visible(timeout=20_000)
    page.get_by_role("textbox", name="Bearer Token").first.fill(text)
    page.get_by_role("button", name="Test Request (get /api/v1/me)").click()
    with page.expect_response("**/api/v1/me") as answered:
        page.keyboard.press("Control+Enter")
    assert (answered.value.status, answered.value.json()["name"]) == (200, "Mary Somerville")
    page.context.add_cookies(cookies)
