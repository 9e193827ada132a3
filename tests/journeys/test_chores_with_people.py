"""An administrator's chores about who may come in: each in a real browser, and in the browser of whom it is about."""

import re
from typing import Any

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import expect
from tests.journeys.people import PASSWORD, Stage, fill_in, sign_in


def test_colleague_gets_a_one_time_password_and_chooses_their_own(desk: Any, newcomer: Any) -> None:
    desk.goto("/admin/users/")
    desk.get_by_role("link", name="New user").click()
    desk.get_by_label("E-mail").fill("grace@example.com")
    desk.get_by_label("Name").fill("Grace Hopper")
    desk.get_by_label("Role").select_option("staff")
    desk.get_by_role("button", name="Make the user").click()
    told = desk.get_by_role("status").inner_text()
    desk.get_by_role("link", name="I have noted it").click()

    one_time = re.search(r"password of grace@example\.com is (\S+) –", told).group(1)
    sign_in(newcomer, "grace@example.com", one_time)
    newcomer.get_by_label("Current password").fill(one_time)
    for label in ("New password", "New password, once more"):
        newcomer.get_by_label(label, exact=True).fill(PASSWORD)
    newcomer.get_by_role("button", name="Change password").click()
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("Dashboard")
    expect(newcomer.get_by_role("navigation", name="Records").get_by_role("link", name="Users")).to_have_count(0)


def test_reader_is_offered_nothing_to_change_until_the_role_is_changed(
    desk: Any, newcomer: Any, stage: Stage
) -> None:  # fmt: skip
    stage.letter(subject="To be read")
    rosa = stage.person("viewer", "rosa@example.com", "Rosa Péter")
    sign_in(newcomer, "rosa@example.com", PASSWORD)
    newcomer.goto("/admin/contact-messages/")
    newcomer.get_by_role("row", name=re.compile("To be read")).get_by_role("link").first.click()
    expect(newcomer.get_by_role("heading", level=1)).to_have_text(re.compile("To be read"))
    doings = newcomer.get_by_role("main").get_by_role("button").or_(newcomer.get_by_role("link", name="Edit"))
    expect(doings).to_have_count(0)

    desk.goto(f"/admin/users/edit/?id={rosa}")
    desk.get_by_label("Role").select_option("staff")
    desk.get_by_role("button", name="Save", exact=True).click()
    newcomer.reload()
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("Sign in")
    fill_in(newcomer, "rosa@example.com", PASSWORD)
    expect(newcomer.get_by_role("link", name="Edit")).to_be_visible()


def test_leaver_is_shut_out_at_once(desk: Any, newcomer: Any, stage: Stage) -> None:
    stage.person("staff", "leaver@example.com", "Leaving Soon")
    sign_in(newcomer, "leaver@example.com", PASSWORD)
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("Dashboard")

    desk.goto("/admin/users/")
    desk.get_by_role("row", name=re.compile("Leaving Soon")).get_by_role("link").first.click()
    desk.get_by_role("button", name="Suspend").click()
    desk.get_by_label("Reason").fill("Left us.")
    desk.get_by_role("button", name="Suspend").click()
    expect(desk.get_by_role("status")).to_contain_text("Suspend")
    newcomer.reload()
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("Sign in")
    sign_in(newcomer, "leaver@example.com", PASSWORD)
    expect(newcomer.get_by_role("alert")).to_contain_text("suspended: Left us.")


def test_lost_laptop_is_signed_out_from_afar(desk: Any, newcomer: Any, stage: Stage) -> None:
    stage.person("staff", "lost@example.com", "Lost Laptop")
    sign_in(newcomer, "lost@example.com", PASSWORD)
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("Dashboard")

    desk.goto("/admin/users/?search=lost@example.com")
    desk.get_by_role("row", name=re.compile("Lost Laptop")).get_by_role("link").first.click()
    desk.get_by_role("button", name="Sign out everywhere").click()
    expect(desk.get_by_role("status")).to_contain_text("Sign out everywhere")
    newcomer.reload()
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_what_one_user_did_is_read_in_the_audit(desk: Any, newcomer: Any, stage: Stage) -> None:
    stage.letter(subject="Touched by Emmy")
    stage.person("staff", "emmy@example.com", "Emmy Noether")
    sign_in(newcomer, "emmy@example.com", PASSWORD)
    newcomer.goto("/admin/contact-messages/")
    newcomer.get_by_role("row", name=re.compile("Touched by Emmy")).get_by_role("link", name="Edit").click()
    newcomer.get_by_label("Subject").fill("Mended by Emmy")
    newcomer.get_by_role("button", name="Save", exact=True).click()
    expect(newcomer.get_by_role("status")).to_have_text("Saved.")

    desk.goto("/admin/users/?search=emmy@example.com")
    desk.get_by_role("row", name=re.compile("Emmy Noether")).get_by_role("link").first.click()
    desk.get_by_role("link", name="what this user did").click()
    desk.get_by_role("row", name=re.compile("contact message.*Mended by Emmy")).get_by_role("link").first.click()
    expect(desk.get_by_role("row", name=re.compile("^Subject"))).to_have_text(
        re.compile(r"Touched by Emmy\s*Mended by Emmy")
    )


def test_audit_is_narrowed_to_a_user_by_typing_the_name(desk: Any, newcomer: Any, stage: Stage) -> None:
    stage.person("staff", "sofia@example.com", "Sofia Kovalevskaya")
    sign_in(newcomer, "sofia@example.com", PASSWORD)
    desk.goto("/admin/audit-entries/")
    desk.get_by_text("Filters").click()
    desk.get_by_role("combobox", name="User").press_sequentially("koval")
    desk.get_by_role("option", name=re.compile("Sofia Kovalevskaya")).click()
    desk.get_by_role("button", name="Search").click()
    expect(desk.get_by_text("1 audit entry", exact=True)).to_be_visible()
    expect(desk.get_by_role("row", name=re.compile("Sofia Kovalevskaya"))).to_contain_text("signed in")


def test_panel_is_read_in_german(newcomer: Any) -> None:
    sign_in(newcomer)
    newcomer.get_by_role("button", name="Deutsch").click()
    newcomer.get_by_role("navigation").get_by_role("link", name="Benutzer", exact=True).click()
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("Benutzer")
    expect(newcomer.get_by_role("columnheader", name="Rolle")).to_be_visible()
    newcomer.get_by_role("link", name=re.compile("Neu.*Benutzer")).click()
    expect(newcomer.get_by_label("Name", exact=True)).to_be_visible()
