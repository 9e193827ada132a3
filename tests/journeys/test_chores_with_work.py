"""An administrator's chores with tasks, schedules and rates: each in a real browser, against real workers."""

import re
from typing import Any

import pytest

pytest.importorskip("playwright")

from playwright.sync_api import expect
from tests.journeys.conftest import until
from tests.journeys.people import Stage


def test_dead_task_is_found_by_the_dashboard_and_run_again(desk: Any, stage: Stage) -> None:
    sent = stage.letter(subject="Got stuck")
    stage.died(stage.later(sent), "The mail server knows nobody of that name.")
    desk.goto("/admin/")
    desk.get_by_role("link", name=re.compile("dead tasks? needs? attention")).click()
    desk.get_by_role("row", name=re.compile("contact.deliver")).first.get_by_role("link").first.click()
    expect(desk.get_by_text("The mail server knows nobody of that name.").first).to_be_visible()
    desk.get_by_role("button", name="Run again").click()
    expect(desk.get_by_role("status")).to_contain_text("Run again: 1 task.")
    until(stage.is_done(desk.url), seconds=20, what="the task to be done")
    desk.reload()
    expect(desk.get_by_role("region", name="Fields").get_by_text("done", exact=True)).to_be_visible()


def test_dead_tasks_of_one_queue_are_run_again_together(desk: Any, stage: Stage) -> None:
    sent = stage.letter(subject="Stuck twice")
    for _ in range(2):
        stage.died(stage.later(sent), "No route to the host of letters.")
    desk.goto("/admin/tasks/")
    desk.get_by_text("Filters").click()
    desk.get_by_role("search").get_by_label("State").select_option("dead")
    desk.get_by_role("search").get_by_label("Queue").select_option("mail")
    desk.get_by_role("searchbox").fill("host of letters")
    desk.get_by_role("button", name="Search").click()
    expect(desk.get_by_text("2 tasks", exact=True)).to_be_visible()
    desk.get_by_role("checkbox", name="Tick all on this page").check()
    desk.get_by_role("button", name="Run again").click()
    expect(desk.get_by_role("status")).to_have_text("Run again: 2 tasks.")
    expect(desk.get_by_text("Nothing fits.")).to_be_visible()


def test_task_that_waits_is_cancelled(desk: Any, stage: Stage) -> None:
    task = stage.later(stage.letter(subject="Better not"))
    desk.goto(f"/admin/tasks/details/?id={task.id}")
    desk.get_by_role("button", name="Cancel task").click()
    expect(desk.get_by_role("heading", name="Cancel task: 1 task?")).to_be_visible()
    desk.get_by_role("button", name="Cancel task").click()
    fields = desk.get_by_role("region", name="Fields")
    expect(fields.get_by_text("cancelled", exact=True)).to_be_visible()
    expect(desk.get_by_role("button", name="Cancel task")).to_have_count(0)


def test_schedule_is_run_now(desk: Any) -> None:
    _schedule(desk, "clean-up")
    desk.get_by_role("button", name="Run now").click()
    expect(desk.get_by_role("status")).to_contain_text("Run now: 1 schedule.")
    expect(desk.get_by_text(re.compile(r"\(asked for\)"))).to_be_visible()


def test_schedule_is_paused_and_goes_on(desk: Any) -> None:
    _schedule(desk, "clean-up")
    desk.get_by_role("button", name="Pause").click()
    expect(desk.get_by_role("button", name="Pause")).to_have_count(0)
    desk.get_by_role("button", name="Resume").click()
    expect(desk.get_by_role("button", name="Pause")).to_be_visible()


def test_schedule_is_moved_to_another_time(desk: Any) -> None:
    _schedule(desk, "exchange-rates")
    desk.get_by_role("link", name="Edit").click()
    desk.get_by_label("When (cron)").fill("30 25 * * *")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_label("When (cron)")).to_be_focused()
    desk.get_by_label("When (cron)").fill("30 17 * * mon-fri")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_role("status")).to_have_text("Saved.")
    expect(desk.get_by_text(re.compile("17:30.*Monday"))).to_be_visible()


def test_rate_of_a_currency_is_looked_up(desk: Any) -> None:
    desk.goto("/admin/exchange-rates/")
    desk.get_by_role("searchbox").fill("JPY")
    expect(desk.get_by_role("row", name=re.compile("JPY")).first).to_be_visible()
    expect(desk.get_by_role("row", name=re.compile("USD"))).to_have_count(0)
    desk.goto("/rates")
    expect(desk.get_by_role("row", name=re.compile("JPY")).first).to_be_visible()


def test_queue_is_paused_what_comes_waits_and_goes_on(desk: Any, stage: Stage) -> None:
    _to(desk, "Monitor")
    desk.get_by_role("button", name="Pause the queue mail").click()
    expect(desk.get_by_role("row", name=re.compile("^mail"))).to_contain_text("paused")
    sent = stage.letter(subject="In the meantime")
    _to(desk, "Monitor")
    expect(desk.get_by_role("row", name=re.compile("^mail")).get_by_role("link").first).to_have_text("1")
    desk.get_by_role("button", name="Resume the queue mail").click()
    expect(desk.get_by_role("row", name=re.compile("^mail"))).to_contain_text("served")
    until(stage.is_delivered(sent), seconds=20, what="the letter to be sent")


def test_dead_tasks_are_run_again_by_what_their_error_says(desk: Any, stage: Stage) -> None:
    sent = stage.letter(subject="Thrice stuck")
    for error in ("Greylisted", "Greylisted", "Mailbox full"):
        stage.died(stage.later(sent), f"{error}: try another time.")
    _to(desk, "Monitor")
    many = desk.get_by_role("region", name="Many at once")
    many.get_by_label("in the state").select_option("dead")
    many.get_by_label("whose error contains").fill("greylisted")
    many.get_by_role("button", name="Go on…").click()
    expect(desk.get_by_role("checkbox", name="All 2 that fit")).to_be_checked()
    desk.get_by_role("button", name="Run again").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Run again: 2 tasks?")
    desk.get_by_role("button", name="Run again").click()
    until(stage.is_done(desk.url), seconds=20, what="the task to have run them again")
    _to(desk, "Monitor")
    given_up = desk.get_by_role("region", name="Given up lately")
    expect(given_up.get_by_text("Mailbox full: try another time.")).to_be_visible()
    expect(given_up.get_by_text("Greylisted")).to_have_count(0)


def test_schedule_says_what_it_will_do_while_it_is_moved(desk: Any) -> None:
    _to(desk, "Timetable")
    desk.get_by_role("link", name="Edit daily-report").click()
    desk.wait_for_load_state()  # nobody types before the scripts are there
    desk.get_by_label("When (cron)").fill("30 6 * * 1-5")
    expect(desk.get_by_text(re.compile("At 06:30.*Monday"))).to_be_visible()
    desk.get_by_role("button", name="Save").click()
    _to(desk, "Timetable")
    expect(desk.get_by_role("article", name=re.compile("daily-report"))).to_contain_text("06:30")


def test_figure_of_the_dashboard_leads_to_what_it_counts(desk: Any, stage: Stage) -> None:
    stage.letter(subject="Counted")
    desk.goto("/admin/")
    figure = desk.get_by_role("link", name=re.compile("messages received"))
    number = figure.get_by_role("strong").inner_text()
    figure.click()
    expect(desk.get_by_text(f"{number} contact messages", exact=True)).to_be_visible()


def _to(desk: Any, page: str) -> None:
    desk.goto("/admin/")
    desk.get_by_role("navigation", name="Records").get_by_role("link", name=page, exact=True).click()


def _schedule(desk: Any, name: str) -> None:
    _to(desk, "Schedules")
    desk.get_by_role("link", name=name, exact=True).click()
