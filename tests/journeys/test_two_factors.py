"""A person turns two factors on, comes in with them elsewhere, signs that browser out, and loses the phone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import expect
from pyotp import TOTP
from tests.journeys.people import PASSWORD, sign_in

EMAIL = "trudy@example.com"


def shows(secret: str, steps: int) -> str:
    """What the app shows so many steps from now: a code is taken once, and the next one a little early."""
    return TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30 * steps))


def test_two_factors_in_two_browsers_and_without_the_phone(newcomer: Any, elsewhere: Any, stage: Any) -> None:
    stage.person("member", EMAIL, "Trudy")
    secret, codes = set_up(newcomer)
    sign_in(elsewhere, EMAIL, PASSWORD)
    elsewhere.get_by_label("Code of your app").fill(shows(secret, 1))
    elsewhere.get_by_role("button", name="Sign in").click()
    elsewhere.goto("/account/sessions")
    expect(elsewhere.get_by_role("heading", level=2)).to_have_count(2)
    newcomer.goto("/account/sessions")
    newcomer.get_by_role("button", name="Sign out everywhere else").click()
    expect(newcomer.get_by_role("status")).to_have_text("1 other browser was signed out.")
    elsewhere.goto("/account/sessions")
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Sign in")
    sign_in(elsewhere, EMAIL, PASSWORD)
    elsewhere.get_by_role("link", name="No phone at hand?").click()
    elsewhere.get_by_label("Recovery code").fill(codes[0].upper())
    elsewhere.get_by_role("button", name="Sign in").click()
    elsewhere.goto("/account/two-factors")
    expect(elsewhere.get_by_text("You have 9 codes left")).to_be_visible()


def set_up(window: Any) -> tuple[str, list[str]]:
    """Turn two factors on as the pages say; returns the secret and the codes, which were saved as a file."""
    sign_in(window, EMAIL, PASSWORD)
    window.goto("/account/two-factors")
    window.get_by_role("button", name="Set up an app").click()
    expect(window.get_by_role("img", name="A square code")).to_be_visible()
    assert window.evaluate("document.querySelector('img.square').naturalWidth > 100")
    window.get_by_text("It reads no square codes").click()
    secret = window.locator(".key").inner_text().replace(" ", "")
    window.get_by_label("The six digits").fill(shows(secret, 0))
    window.get_by_role("button", name="Turn two factors on").click()
    codes = window.locator(".codes code").all_inner_texts()
    expect(window.get_by_role("button", name="Print")).to_be_visible()
    with window.expect_download() as saved:
        window.get_by_role("link", name="Save as a text file").click()
    assert Path(saved.value.path()).read_text().splitlines()[2:] == codes
    return secret, codes
