"""Two administrators at one message: the merge page in a real browser, judged by axe, with and without JavaScript."""

from typing import Any

import pytest

pytest.importorskip("playwright")

from tests.journeys.looks import Looks
from tests.journeys.people import Stage


def test_two_changes_are_merged_by_choosing(desk: Any, plain: Any, stage: Stage, looks: Looks) -> None:
    sent, ada, bea = stage.letter(), desk, plain
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
    assert looks.violations(ada) == []


def _change(page: Any, **typed: str) -> None:
    for name, text in typed.items():
        page.fill(f"[name={name}]", text)
    page.get_by_role("button", name="Save", exact=True).click()
