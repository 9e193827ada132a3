"""An administrator's chores with what people wrote: each in a real browser, as a person does it."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import expect
from tests.journeys.people import Stage


def test_letter_is_found_by_a_word_in_it(desk: Any, stage: Stage) -> None:
    stage.letter(subject="Punched cards", message="Which loom reads a heliotrope ribbon?")
    desk.goto("/admin/contact-messages/")
    desk.get_by_role("searchbox", name="Search contact messages").fill("heliotrope")
    expect(desk.get_by_text("1 contact message", exact=True)).to_be_visible()
    desk.get_by_role("row", name=re.compile("Punched cards")).get_by_role("link").first.click()
    expect(desk.get_by_role("heading", level=1)).to_have_text(re.compile("Punched cards"))
    expect(desk.get_by_text("Which loom reads a heliotrope ribbon?")).to_be_visible()


def test_several_filters_narrow_a_list_and_one_is_taken_away(desk: Any, stage: Stage) -> None:
    stage.letter(subject="Wants word", email="mary@somerville.example", notify_me=True)
    stage.letter(subject="Wants none", email="mary@somerville.example")
    desk.goto("/admin/contact-messages/")
    desk.get_by_text("Filters").click()
    desk.get_by_role("search").get_by_label("E-mail contains").fill("somerville")
    desk.get_by_role("search").get_by_label("Wants to be told").select_option("yes")
    desk.get_by_role("button", name="Search").click()
    expect(_subjects(desk)).to_have_text(["Wants word"])
    desk.get_by_role("link", name="Wants to be told is yes").click()
    expect(_subjects(desk)).to_have_text(["Wants none", "Wants word"])


def test_letters_of_today_are_reached_by_year_month_and_day(desk: Any, stage: Stage) -> None:
    stage.letter(subject="Of today")
    desk.goto("/admin/contact-messages/")
    calendar = desk.get_by_role("navigation", name=re.compile("years, months and days"))
    for _ in ("year", "month", "day"):
        calendar.get_by_role("listitem").get_by_role("link").last.click()
        expect(_row(desk, "Of today")).to_be_visible()
    expect(calendar.get_by_role("listitem")).to_have_count(0)
    calendar.get_by_role("link", name="any time").click()
    expect(calendar.get_by_role("listitem")).to_have_count(1)


def test_list_is_put_in_another_order_and_back(desk: Any, stage: Stage) -> None:
    for name in ("Bertha Ordered", "Anna Ordered"):
        stage.letter(name=name, subject=name, email="ordered@example.com")
    desk.goto("/admin/contact-messages/?search=ordered@example.com")
    desk.get_by_role("columnheader", name="Subject").get_by_role("link").click()
    expect(_subjects(desk)).to_have_text(["Anna Ordered", "Bertha Ordered"])
    expect(desk.get_by_role("columnheader", name="Subject")).to_have_attribute("aria-sort", "ascending")
    desk.get_by_role("columnheader", name="Subject").get_by_role("link").click()
    expect(_subjects(desk)).to_have_text(["Bertha Ordered", "Anna Ordered"])


def test_typo_is_mended_and_the_history_tells_before_and_after(desk: Any, stage: Stage) -> None:
    stage.letter(subject="The Analitical Engine")
    _open(desk, "The Analitical Engine")
    desk.get_by_role("link", name="Edit").click()
    desk.get_by_label("Subject").fill("The Analytical Engine")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_role("status")).to_have_text("Saved.")
    history = desk.get_by_role("region", name="History")
    expect(history.get_by_role("row", name=re.compile("^Subject"))).to_have_text(
        re.compile(r"The Analitical Engine\s*The Analytical Engine")
    )
    expect(history.get_by_text("Administrator")).to_be_visible()


def test_mistaken_change_is_turned_back(desk: Any, stage: Stage) -> None:
    stage.letter(subject="Right as it was", name="Charles")
    _open(desk, "Right as it was")
    for subject in ("Mistaken", "More mistaken"):
        desk.get_by_role("link", name="Edit").click()
        desk.get_by_label("Subject").fill(subject)
        desk.get_by_role("button", name="Save", exact=True).click()
    desk.get_by_role("link", name=re.compile("Back to the version of")).last.click()
    expect(desk.get_by_role("row", name=re.compile("^Subject"))).to_have_text(re.compile(r"More mistaken\s*Mistaken"))
    desk.get_by_role("button", name="Change it back").click()
    expect(desk.get_by_role("status")).to_have_text("Changed back.")
    expect(desk.get_by_role("heading", level=1)).to_have_text(re.compile("^Mistaken"))


def test_letter_deleted_by_mistake_is_back_with_one_click(desk: Any, stage: Stage) -> None:
    stage.letter(subject="Slipped away")
    _open(desk, "Slipped away")
    desk.get_by_role("link", name="Delete…").click()
    desk.get_by_role("button", name="Delete").click()
    desk.get_by_role("button", name="Undo").click()
    expect(desk.get_by_role("status")).to_contain_text("Undone: restored Slipped away")
    _open(desk, "Slipped away")


def test_letters_deleted_together_come_back_from_the_recycle_bin(desk: Any, stage: Stage) -> None:
    for number in ("one", "two"):
        stage.letter(subject=f"Gone {number}", email="gone@example.com")
    desk.goto("/admin/contact-messages/?search=gone@example.com")
    desk.get_by_role("checkbox", name="Tick all on this page").check()
    desk.get_by_role("button", name="Delete…").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Delete 2 contact messages?")
    desk.get_by_role("button", name="Delete").click()
    expect(desk.get_by_text("Nothing fits.")).to_be_visible()
    desk.get_by_role("navigation", name="Records").get_by_role("link", name="Recycle bin").click()
    desk.get_by_role("row", name=re.compile("Gone two")).get_by_role("checkbox").check()
    desk.get_by_role("row", name=re.compile("Gone one")).get_by_role("checkbox").check()
    desk.get_by_role("button", name="Restore").click()
    desk.goto("/admin/contact-messages/?search=gone@example.com")
    expect(_subjects(desk)).to_have_text(["Gone two", "Gone one"])


def test_letter_is_duplicated(desk: Any, stage: Stage) -> None:
    stage.letter(subject="Pattern", name="Joseph Jacquard")
    _open(desk, "Pattern")
    desk.get_by_role("link", name="Duplicate…").click()
    desk.get_by_label("Subject").fill("Pattern, once more")
    desk.get_by_role("button", name="Make the contact message").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text(re.compile("Pattern, once more"))
    expect(desk.get_by_role("region", name="Fields").get_by_text("Joseph Jacquard")).to_be_visible()


def test_letter_is_found_mended_deleted_and_restored_without_javascript(plain: Any, stage: Stage) -> None:
    stage.letter(subject="By plain meens")
    plain.goto("/admin/contact-messages/")
    plain.get_by_role("searchbox").fill("plain meens")
    plain.get_by_role("button", name="Search").click()
    _row(plain, "By plain meens").get_by_role("link", name="Edit").click()
    plain.get_by_label("Subject").fill("By plain means")
    plain.get_by_role("button", name="Save", exact=True).click()
    plain.get_by_role("link", name="Delete…").click()
    plain.get_by_role("button", name="Delete").click()
    plain.get_by_role("button", name="Undo").click()
    _open(plain, "By plain means")
    expect(plain.get_by_role("region", name="History")).to_contain_text("restored")


def test_filtered_list_is_exported_and_taken_away_as_a_file(desk: Any, stage: Stage) -> None:
    for subject in ("Käse & Räder", '=HYPERLINK("trap")'):
        stage.letter(subject=subject, email="export@example.com")
    stage.letter(subject="Not asked for")
    desk.goto("/admin/contact-messages/?search=export@example.com&sort=subject")
    desk.get_by_role("button", name="Export").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Exports")
    with desk.expect_download() as taken:
        desk.get_by_role("link", name=re.compile("^Download contact messages")).first.click()
    written = Path(taken.value.path()).read_text("utf-8-sig")
    subjects = [line["subject"] for line in csv.DictReader(io.StringIO(written))]
    assert sorted(subjects) == ['\'=HYPERLINK("trap")', "Käse & Räder"]


def test_list_is_arranged_once_and_opened_so_again(desk: Any, stage: Stage) -> None:
    stage.letter(subject="Arranged", message="A long explanation of looms", email="view@example.com")
    desk.goto("/admin/contact-messages/?email.contains=view@")
    desk.get_by_text("Columns", exact=True).click()
    desk.get_by_role("checkbox", name="Delivered").uncheck()
    desk.get_by_role("checkbox", name="Message").check()
    desk.get_by_role("button", name="Keep these").click()
    expect(desk.get_by_role("cell", name="A long explanation of looms")).to_be_visible()
    desk.get_by_text("Keep this view").click()
    desk.get_by_label("Name of the view").fill("Of the viewers")
    desk.get_by_role("button", name="Keep it").click()

    desk.goto("/admin/contact-messages/")
    desk.get_by_text("Columns", exact=True).click()
    desk.get_by_role("button", name="The usual ones").click()
    expect(desk.get_by_role("columnheader", name="Delivered")).to_be_visible()
    desk.get_by_role("navigation", name="Views").get_by_role("link", name="Of the viewers").click()
    expect(_subjects(desk)).to_have_text(["Arranged"])
    expect(desk.get_by_role("columnheader", name="Delivered")).to_have_count(0)


def test_letter_is_reached_from_anywhere_without_the_mouse(desk: Any, stage: Stage) -> None:
    stage.letter(subject="Under the hand")
    desk.goto("/admin/timetable/")
    desk.keyboard.press("Control+k")
    desk.keyboard.type("under the hand")
    expect(desk.get_by_role("option", name=re.compile("Under the hand"))).to_have_attribute("aria-selected", "true")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text(re.compile("Under the hand"))


def _open(desk: Any, subject: str) -> None:
    desk.goto("/admin/contact-messages/")
    _row(desk, subject).get_by_role("link").first.click()


def _row(desk: Any, words: str) -> Any:
    return desk.get_by_role("row", name=re.compile(re.escape(words)))


def _subjects(desk: Any) -> Any:
    return desk.locator("td[data-label=Subject]")
