"""A visitor writes, watches the message go, and finds the mail in the inbox."""

import re
from typing import Any

import pytest
import requests

pytest.importorskip("playwright")

from playwright.sync_api import expect
from tests.journeys.conftest import until

from entrypoints.config import Settings
from entrypoints.container import build


def fill(page: Any, subject: str) -> None:
    page.goto("/contact")
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("Your e-mail address").fill("ada@example.com")
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("Message", exact=True).fill("Does the engine weave algebraic patterns?\nI should like to know.")


def test_contact_message_is_sent_while_one_looks(page: Any, site: Any) -> None:
    fill(page, "From the browser")
    page.get_by_label("Mail me when it has been delivered").check()
    page.get_by_role("button", name="Send the message").click()
    page.wait_for_url(re.compile(r"/tasks/tsk_\w+\?key="))
    expect(page.get_by_role("heading", name="Sent")).to_be_visible(timeout=20_000)
    assert page.title().startswith("Sent: Your message")
    page.goto("/dev/inbox")
    page.get_by_role("link", name=re.compile("admin@example.com.*From the browser")).click()
    letter = page.frame_locator("iframe.letter")
    expect(letter.get_by_text("Does the engine weave algebraic patterns?")).to_be_visible()
    headers = [m["headers"] for m in _mails(site, "From the browser") if m["to"] == "admin@example.com"]
    assert [h["Reply-To"] for h in headers] == ["ada@example.com"]


def test_task_page_reaches_its_end_by_itself(page: Any, site: Any) -> None:
    """It is opened while the task still waits: its end comes in without a reload."""
    fill(page, "Seen live")
    page.get_by_role("button", name="Send the message").click()
    page.wait_for_url(re.compile(r"/tasks/tsk_"))
    page.evaluate("window.neverReloaded = true")
    expect(page.locator("#task[data-state=done]")).to_be_visible(timeout=20_000)
    assert page.evaluate("window.neverReloaded") is True
    assert page.locator("#task").get_attribute("hx-get") is None
    expect(page.get_by_text("Tell me when it is done")).to_be_hidden()


def test_form_with_mistakes_is_shown_again(page: Any) -> None:
    fill(page, "Kept")
    page.get_by_label("Your e-mail address").fill("ada")
    page.get_by_role("button", name="Send the message").click()
    wrong = page.get_by_label("Your e-mail address")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_accessible_description(re.compile("does not look right"))
    assert page.get_by_label("Subject").input_value() == "Kept"


def test_button_pressed_twice_sends_once(page: Any, site: Any) -> None:
    fill(page, "Pressed twice")
    page.get_by_role("button", name="Send the message").dblclick()
    expect(page.locator("#task[data-state=done]")).to_be_visible(timeout=20_000)
    assert len(_mails(site, "Pressed twice")) == 1


def test_contact_works_without_javascript(elsewhere: Any) -> None:
    fill(elsewhere, "Without scripts")
    elsewhere.get_by_role("button", name="Send the message").click()
    expect(elsewhere.get_by_role("heading", name="Sent")).to_be_visible(timeout=20_000)


def test_inbox_list_fills_by_itself(page: Any, site: Any) -> None:
    page.goto("/dev/inbox")
    body = {"name": "Bo", "email": "bo@example.com", "subject": "By the API", "message": "Hello"}
    requests.post(f"{site.address}/api/v1/contact-messages", json=body, timeout=10).raise_for_status()
    expect(page.get_by_role("link", name=re.compile("By the API"))).to_be_visible(timeout=20_000)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("address", ["/", "/contact", "/dev/inbox", "/nowhere"])
def test_page_fits_its_window(page: Any, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def _mails(site: Any, about: str) -> list[dict[str, Any]]:
    return requests.get(f"{site.address}/dev/inbox.json", params={"q": about}, timeout=10).json()["messages"]


def test_sms_comes_when_the_message_has_been_delivered(page: Any, site: Any) -> None:
    """The queue is paused meanwhile: a message is delivered before anybody could ask to be told."""
    app = build(Settings(home=site.home))
    with app.uow.transaction():
        app.pauses.pause("mail", "a test")
    fill(page, "Told by SMS")
    page.get_by_role("button", name="Send the message").click()
    page.get_by_role("link", name="Tell me when it is done").click()
    page.get_by_label("Phone number").fill("+44 20 7946 0018")
    page.get_by_role("button", name="Tell me", exact=True).click()
    expect(page.get_by_text("You are told when it is done.")).to_be_visible()
    with app.uow.transaction():
        app.pauses.resume("mail")
    app.uow.dispose()
    expect(page.get_by_role("heading", name="Sent")).to_be_visible(timeout=20_000)
    until(lambda: _texts(site, "+442079460018"), seconds=20, what="the SMS to be in the inbox")
    page.goto("/dev/inbox?q=%2B442079460018")
    expect(page.get_by_text("+442079460018").first).to_be_visible()


def _texts(site: Any, number: str) -> list[dict[str, Any]]:
    found = requests.get(f"{site.address}/dev/inbox.json", timeout=10).json()["messages"]
    return [message for message in found if message["channel"] == "sms" and message["to"] == number]
