"""A developer walks through the inbox of every channel, has a vendor fail, and heals it."""

import re
from typing import Any

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import expect

from adapters.sandbox.push import SandboxPush
from core.ports.mail import Letter
from core.ports.phone import SpokenMessage, TextMessage
from core.ports.push import Device, Notice
from entrypoints.config import Settings
from entrypoints.container import build


def send_everything(home: Any) -> None:
    app = build(Settings(home=home))
    app.mail.send(Letter(to="ada@example.com", subject="By mail", text="Hello", html="<h1>Hello</h1>"), key="journey 1")
    app.sms.send(TextMessage(to="+14155550123", text="Your code is ł12"), key="journey 2")
    app.calls.call(SpokenMessage(to="+14155550123", text="Guten Tag", language="de-DE"), key="journey 3")
    push = SandboxPush(app.inbox, app.orders, "understudy")
    device = Device(kind="web", address="https://push.example.com/x")
    push.send(Notice(title="A push", text="It is sent", link="https://example.com/t"), device, key="journey 4")
    app.uow.dispose()


def test_inbox_of_all_channels(page: Any, site: Any) -> None:
    page.goto("/dev/inbox?channel=push")
    send_everything(site.home)
    page.get_by_role("link", name=re.compile("A push")).click(timeout=10_000)  # it came by itself
    expect(page.get_by_role("article").get_by_role("link", name="https://example.com/t")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Calls")).click()
    page.get_by_role("link", name=re.compile("Guten Tag")).click()
    expect(page.locator("blockquote[lang=de-DE]")).to_have_text("Guten Tag")
    page.get_by_role("link", name=re.compile("^SMS")).click()
    page.get_by_role("link", name=re.compile("Your code")).first.click()
    expect(page.get_by_text("1 part, UCS-2")).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("link", name=re.compile("Your code"))).to_have_count(0)
    page.goto("/dev/inbox?q=By+mail")
    page.get_by_role("link", name=re.compile("By mail")).click()
    page.get_by_role("link", name="Phone").click()
    expect(page.frame_locator("iframe.narrow").get_by_role("heading", name="Hello")).to_be_visible()


def test_vendor_fails_and_heals_on_the_page(page: Any, site: Any) -> None:
    page.goto("/dev/inbox")
    page.get_by_label("Vendor", exact=True).select_option("push:understudy")
    page.get_by_role("button", name="Make it fail").click()
    expect(page.get_by_text("push:understudy fails until").first).to_be_visible()
    page.get_by_role("button", name="Heal push:understudy").click()
    expect(page.get_by_text("push:understudy fails until")).to_have_count(0)
