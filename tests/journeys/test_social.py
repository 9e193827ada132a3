"""People sign in with accounts elsewhere: at a real OpenID provider, at Facebook's dialog, and in the sandbox."""

from typing import Any

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import expect
from tests.journeys.people import ADMIN


def heading(page: Any, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def continue_with(page: Any, provider: str, start: str = "/login") -> None:
    page.goto(start)
    page.get_by_role("button", name=f"Continue with {provider}").click()


def test_newcomer_by_the_sandbox_makes_an_account_and_comes_back_with_it(page: Any) -> None:
    continue_with(page, "Sandbox", "/signup")
    heading(page, "Pretend to be somebody")
    page.get_by_label("Name").fill("Joan Clarke")
    page.get_by_label("E-mail address").fill("joan@example.org")
    page.get_by_label("The address is confirmed").check()
    page.get_by_role("button", name="Go on as this person").click()
    heading(page, "Make an account")
    expect(page.get_by_label("Username")).to_have_value("joan")
    page.get_by_label("Username").fill("enigma-joan")
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("link", name="Joan Clarke")).to_be_visible()
    page.context.clear_cookies()
    continue_with(page, "Sandbox")
    page.get_by_label("Name").fill("Joan Clarke")
    page.get_by_label("E-mail address").fill("joan@example.org")
    page.get_by_role("button", name="Go on as this person").click()
    expect(page.get_by_role("link", name="Joan Clarke")).to_be_visible()


def test_account_of_google_is_connected_by_proof_of_both_and_never_by_its_address(page: Any, openid: Any) -> None:
    openid.know("boss", {"name": "The Boss", "email": ADMIN[0], "email_verified": True})
    continue_with(page, "Google")
    page.get_by_role("button", name="boss").click()
    heading(page, "You have an account here already")
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail address or username").fill(ADMIN[0])
    page.get_by_label("Password").fill(ADMIN[1])
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    heading(page, "Connections")
    page.get_by_role("button", name="Connect Google").click()
    page.get_by_role("button", name="boss").click()
    expect(page.get_by_role("status")).to_contain_text("It is connected")
    page.context.clear_cookies()
    continue_with(page, "Google")
    page.get_by_role("button", name="boss").click()
    page.goto("/account/connections")
    page.get_by_role("button", name="Disconnect Google").click()
    expect(page.get_by_role("status")).to_contain_text("It is disconnected")


def test_facebook_is_told_no(page: Any) -> None:
    continue_with(page, "Facebook")
    page.get_by_role("button", name="Cancel").click()
    heading(page, "You were not signed in")
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("button", name="Ada Lovelace").click()
    heading(page, "Make an account")
    expect(page.get_by_text("Facebook does not say whether it is yours")).to_be_visible()
