"""Ada writes a post; Bob follows her, likes it and says something; she hears of it, and Eve may change nothing."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import expect
from tests.journeys.conftest import until
from tests.journeys.people import PASSWORD, sign_in


def person(stage: Any, name: str) -> str:
    address = f"{name.lower()}posts@example.com"
    stage.person("member", address, f"{name} of the Posts")
    return address


def arrive(page: Any, address: str) -> None:
    page.context.clear_cookies()
    sign_in(page, address, PASSWORD)
    page.wait_for_url(lambda url: "/login" not in url)


def test_post_is_written_answered_and_heard_of(page: Any, site: Any, stage: Any) -> None:
    ada, bob, eve = (person(stage, name) for name in ("Ada", "Bob", "Eve"))
    arrive(page, ada)
    page.goto("/posts")
    page.get_by_role("link", name="Write a post").click()
    page.get_by_label("Title").fill("Notes on the Engine")
    page.get_by_role("textbox", name="Text").fill("It *weaves* patterns.")
    page.get_by_label("Tags").fill("engines, looms")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".prose em")).to_have_text("weaves")
    expect(page.get_by_role("textbox", name="Text")).to_have_value("It *weaves* patterns.")
    page.get_by_role("button", name="Save as draft").click()
    expect(page.get_by_text("It is kept as a draft")).to_be_visible()
    arrive(page, bob)
    assert page.goto("/posts/notes-on-the-engine").status == 404
    page.goto("/@adaposts")
    page.get_by_role("button", name="Follow @adaposts").click()
    expect(page.get_by_role("button", name="Unfollow @adaposts")).to_be_visible()
    arrive(page, ada)
    page.goto("/posts/mine")
    page.get_by_role("link", name="Notes on the Engine", exact=True).click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Everybody can read it now.")).to_be_visible()
    arrive(page, bob)
    page.goto("/notifications")
    heard = page.get_by_role("button", name="Ada of the Posts has published a post", exact=True)
    until(lambda: heard.count() or (page.reload() and False), seconds=20, what="the bell to ring for Bob")
    heard.click()
    expect(page.get_by_role("heading", name="Notes on the Engine")).to_be_visible()
    page.get_by_role("button", name="♡ Like").click()
    expect(page.get_by_role("button", name="♥ Liked")).to_be_visible()
    page.get_by_label("Your comment").fill("Well **woven**.")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".said-list strong")).to_have_text("woven")
    page.goto("/posts/feed")
    expect(page.get_by_role("link", name="Notes on the Engine")).to_be_visible()
    arrive(page, eve)
    for forbidden in ("edit", "delete"):
        assert page.goto(f"/posts/notes-on-the-engine/{forbidden}").status == 403
    page.goto("/posts/notes-on-the-engine")
    expect(page.get_by_role("link", name="Edit")).to_have_count(0)
    arrive(page, ada)
    page.goto("/notifications")
    said = page.get_by_role("button", name="Bob of the Posts has commented on your post", exact=True)
    until(lambda: said.count() or (page.reload() and False), seconds=20, what="the bell to ring for Ada")
    said.click()
    expect(page.locator(".said-list strong")).to_have_text("woven")


def test_two_windows_lose_nothing(page: Any, stage: Any) -> None:
    arrive(page, person(stage, "Hypatia"))
    page.goto("/posts/new")
    page.get_by_label("Title").fill("Cones")
    page.get_by_role("textbox", name="Text").fill("As it was.")
    page.get_by_role("button", name="Publish").click()
    page.goto("/posts/cones/edit")
    other = page.context.new_page()
    other.goto("/posts/cones/edit")
    other.get_by_role("textbox", name="Text").fill("By the other window.")
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_text("It is kept, and everybody can read it.")).to_be_visible()
    other.close()
    page.get_by_role("textbox", name="Text").fill("By this window.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("was changed meanwhile")
    expect(page.get_by_role("textbox", name="Text")).to_have_value("By this window.")
    expect(page.get_by_text("By the other window.")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".prose")).to_have_text("By this window.")
