"""The timetable desk: how schedules stand, what can be done to them, and a look ahead that saves nothing."""

import re

import pytest
from tests.admin.browser import PASSWORD, Browser, form_of

from core.domain.tasks import State
from entrypoints.doctor import examine

DESK = "/admin/timetable/"


@pytest.fixture(autouse=True)
def declared(app):
    with app.uow.transaction():
        app.timetable.declare(app.catalogue)


def find(app, name="clean-up"):
    with app.uow.reading():
        return app.schedules.get(name)


def card(page, name="clean-up"):
    return re.search(rf'<article [^>]*id="{name}".*?</article>', page.text, re.DOTALL).group()


def test_each_schedule_has_its_words_its_next_and_its_last_runs(app, browser):
    with app.uow.transaction():
        task = app.timetable.run_now("clean-up")
        app.ledger.lock(task.id).state = State.DEAD
    page = browser.get(DESK)
    seen = card(page)
    assert seen.count("<li>") == 6
    assert "At minute 7 of every hour (UTC)" in seen
    assert (f"/admin/tasks/details/?id={task.id}" in seen, "asked for" in seen) == (True, True)
    assert re.findall(r'class="badge-tone (\w+)">([\w ]+)<', seen) == [("bad", "failed"), ("bad", "dead")]
    assert page.text.index('id="clean-up"') < page.text.index('id="daily-report"')


def test_schedule_is_run_paused_and_resumed_from_its_card(app, browser, acts):
    for action, word in (("run now", "waiting"), ("paused", "paused"), ("resumed", "running")):
        browser.get(DESK)
        answer = browser.post(f"{DESK}act/", {"id": "clean-up", "action": action})
        assert (answer.status_code, answer.location) == (303, f"{DESK}#clean-up"), word
    assert find(app).enabled
    done = [act["action"] for act in acts() if act["kind"] == "schedule"]
    assert done == ["resumed", "paused", "run now"]
    assert browser.post(f"{DESK}act/", {"id": "clean-up", "action": "resumed"}).status_code == 409
    assert browser.post(f"{DESK}act/", {"id": "clean-up", "action": "eaten"}).status_code == 400
    assert browser.post(f"{DESK}act/", {"id": "nobody", "action": "paused"}).status_code == 404


def test_preview_looks_ahead_and_saves_nothing(app, browser):
    form = form_of(browser.get(f"{DESK}edit/?id=clean-up"), "/admin/schedules/edit/")
    page = browser.post(f"{DESK}edit/", {**form, "cron": "15 16 * * 1-5", "zone": "Europe/Brussels"}).text
    assert "At 16:15 on Monday through Friday (Europe/Brussels)" in page
    assert len(re.findall(r"16:15 \(1[45]:15 UTC\)", page)) == 5
    assert 'value="15 16 * * 1-5"' in page
    assert find(app).cron == "7 * * * *"


def test_form_of_the_desk_saves_as_the_form_of_the_record_does(app, browser):
    form = form_of(browser.get(f"{DESK}edit/?id=clean-up"), "/admin/schedules/edit/")
    assert browser.post("/admin/schedules/edit/", {**form, "cron": "9 * * * *"}).status_code == 303
    assert find(app).cron == "9 * * * *"


@pytest.mark.parametrize(
    ("cron", "zone"), [("nonsense", "UTC"), ("0 0 30 2 *", "UTC"), ("0 7 * * *", "Gone/Away"), ("", "")]
)
def test_preview_of_what_never_comes_due_says_why(browser, cron, zone):
    answer = browser.get(f"{DESK}preview/", query_string={"cron": cron, "zone": zone})
    assert (answer.status_code, 'class="wrong"' in answer.text) == (200, True)


def test_viewer_looks_and_changes_nothing(app, site, acts):
    with app.uow.transaction():
        app.accounts.create("viewer@example.org", "Viewer", "viewer", PASSWORD)
    viewer = Browser(site)
    viewer.sign_in("viewer@example.org")
    page = viewer.get(DESK).text
    assert ("clean-up" in page, "Run now" in page, ">Edit<" in page) == (True, False, False)
    before = acts()
    assert viewer.post(f"{DESK}act/", {"id": "clean-up", "action": "paused"}).status_code == 403
    assert viewer.get(f"{DESK}edit/?id=clean-up").status_code == 403
    assert acts() == before


def test_schedule_whose_zone_is_gone_is_told_wherever_one_looks(app, browser, acts, drain_queue):
    with app.uow.transaction():
        gone = app.schedules.lock("clean-up")
        gone.zone, gone.next_due = "Gone/Away", app.clock.now()
    why = "There is no time zone &#39;Gone/Away&#39;. Take one like Europe/Brussels or UTC."
    assert re.findall(r'class="badge-tone (\w+)">([\w ]+)<', card(browser.get(DESK)))[0] == ("bad", "broken")
    with app.uow.transaction():
        app.timetable.fire_due()
    drain_queue(app, "upkeep")
    assert why in card(browser.get(DESK))
    assert why in browser.get("/admin/").text
    assert acts()[0]["action"] == "paused by the clock"
    found = {one.item: one for one in examine(app)}["schedule clean-up"]
    assert (found.state, "Change its terms, then resume it." in found.says) == ("warning", True)
