"""An administrator changes what a message says, looks at it with a real one, and puts it back: the next one says it."""

from typing import Any

import pytest

pytest.importorskip("playwright")

import requests
from playwright.sync_api import expect
from tests.journeys.conftest import until
from tests.journeys.people import Stage

EDITOR = "/admin/messages/edit/?name=contact_delivered&channel=mail"


def test_message_is_edited_with_a_real_one_in_view_and_put_back(desk: Any, site: Any, stage: Stage) -> None:
    stage.letter(subject="A moth in the relay", name="Grace Hopper")
    desk.goto("/admin/messages/")
    desk.get_by_role("link", name="Contact message delivered: Mail").click()
    desk.get_by_label("Show it with").select_option(label="A moth in the relay (ada@example.com)")
    desk.get_by_label("Subject").fill("{{ name }}, we have “{{ subject }}”")
    proof = desk.frame_locator("iframe[name=proof]")
    expect(proof.get_by_text("Grace Hopper, we have “A moth in the relay”")).to_be_visible()
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_role("status")).to_have_text("Saved. The next message says it.")
    until(lambda: _sent(site, stage, "Ada Lovelace, we have “Seen”"), seconds=30, what="a message to say it")
    desk.get_by_role("button", name="Put it back as delivered").click()
    expect(desk.get_by_text("as delivered", exact=True)).to_be_visible()
    expect(desk.get_by_label("Subject")).to_have_value("Your message to {{ site_name }} has been delivered")


def _sent(site: Any, stage: Stage, subject: str) -> bool:
    """Whether one of the messages now says so; a worker may be three seconds late in noticing an edit."""
    sent = stage.letter(subject="Seen", notify_me=True)
    until(stage.is_delivered(sent), seconds=20, what="the letter to be delivered")
    found = requests.get(f"{site.address}/dev/inbox.json", timeout=10).json()["messages"]
    return subject in [message.get("subject") for message in found]
