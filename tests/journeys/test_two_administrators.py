"""Two administrators at one message: the merge page in a real browser, judged by axe, with and without JavaScript."""

from typing import Any

import pytest
import requests

pytest.importorskip("playwright")

from tests.journeys.people import sign_in
from tests.journeys.test_every_page import LETTER, _violations


def test_two_changes_are_merged_by_choosing(chromium: Any, site: Any) -> None:
    sent = requests.post(f"{site.address}/api/v1/contact-messages", json=LETTER, timeout=10).json()
    ada = _signed_in(chromium, site, java_script_enabled=True)
    bea = _signed_in(chromium, site, java_script_enabled=False)
    for page in (ada, bea):
        page.goto(f"/admin/contact-messages/edit/?id={sent['id']}")
    _change(ada, subject="Looms", name="Ada of old")
    _change(bea, subject="Cards", message="Hello\nonce more")
    assert "Somebody changed this contact message" in bea.inner_text("[role=alert]")
    bea.get_by_role("button", name="Save this").click()
    assert "Both of you changed Subject" in bea.inner_text(".wrong")
    bea.get_by_role("group", name="Subject").get_by_label("Yours").check()
    bea.get_by_role("button", name="Save this").click()
    for words in ("Saved.", "Cards", "Ada of old", "once more"):
        assert words in bea.inner_text("main")

    ada.goto(f"/admin/contact-messages/edit/?id={sent['id']}")
    bea.goto(f"/admin/contact-messages/edit/?id={sent['id']}")
    _change(bea, subject="Mills")
    _change(ada, subject="Wheels")
    assert _violations(ada) == []
    ada.context.close()
    bea.context.close()


def _signed_in(chromium: Any, site: Any, **context: Any) -> Any:
    page = chromium.new_context(base_url=site.address, reduced_motion="reduce", **context).new_page()
    sign_in(page)
    page.wait_for_url("**/admin/")
    return page


def _change(page: Any, **typed: str) -> None:
    for name, text in typed.items():
        page.fill(f"[name={name}]", text)
    page.get_by_role("button", name="Save", exact=True).click()
