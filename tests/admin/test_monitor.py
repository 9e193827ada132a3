"""The tasks monitor: looked at by everybody in the panel, acted from by those who may."""

import re

import pytest
from tests.admin.browser import PASSWORD, Browser, form_of

from core.domain.tasks import State

MONITOR = "/admin/monitor/"


@pytest.fixture
def dead(app):
    """Write so many dead tasks: `dead(3, queue="upkeep")`; returns their ids."""

    def write(number=1, name="tasks.clean-up", error="No route."):
        with app.uow.transaction():
            made = [app.outbox.enqueue(name, {}).id for _ in range(number)]
            for task_id in made:
                task = app.ledger.lock(task_id)
                task.state, task.error, task.trace, task.finished_at = State.DEAD, error, "Trace", app.clock.now()
        return made

    return write


@pytest.fixture
def viewer(app, site):
    with app.uow.transaction():
        app.accounts.create("viewer@example.org", "Viewer", "viewer", PASSWORD)
    made = Browser(site)
    made.sign_in("viewer@example.org")
    return made


def states(app, ids):
    with app.uow.reading():
        return [str(app.ledger.get(task_id).state) for task_id in ids]


def test_monitor_shows_queues_workers_and_what_failed(app, browser, dead):
    dead(2)
    app.life_signs.enter("wrk_1", "engine", 4711)
    page = browser.get(MONITOR).text
    assert re.findall(r'<th scope="row">(\w+)</th>', page) == app.catalogue.queues()
    assert "engine, 4711" in page
    assert page.count("No route.") == 2


def test_part_that_moves_is_asked_for_by_itself(browser, dead):
    dead()
    part = browser.get(f"{MONITOR}?part=live").text
    assert ("<html" in part, "Queues" in part, "No route." in part) == (False, True, False)


def test_queue_is_paused_and_resumed_with_an_audit(app, browser, acts):
    browser.get(MONITOR)
    page = browser.post(f"{MONITOR}queue/", {"queue": "mail", "do": "pause"}, follow_redirects=True).text
    assert "The queue mail is paused." in page
    assert "by Administrator &lt;admin@example.com&gt;" in page
    assert browser.post(f"{MONITOR}queue/", {"queue": "mail", "do": "pause"}).status_code == 409
    browser.post(f"{MONITOR}queue/", {"queue": "mail", "do": "resume"})
    with app.uow.reading():
        assert app.queue_desk.paused() == {}
    assert [(act["action"], act["label"]) for act in acts() if act["kind"] == "queue"] == [
        ("resumed", "mail"), ("paused", "mail")
    ]  # fmt: skip


@pytest.mark.parametrize("form", [{"queue": "nowhere", "do": "pause"}, {"queue": "mail", "do": "eat"}, {}])
def test_queue_that_is_not_there_cannot_be_paused(browser, form):
    browser.get(MONITOR)
    assert browser.post(f"{MONITOR}queue/", form).status_code == 404


def test_many_are_meant_by_a_list_and_run_again_by_a_task(app, browser, dead, acts, drain_queue):
    meant, other = dead(3), dead(2, error="Another.")
    form = {"state.is": "dead", "queue.is": "upkeep", "name.is": "", "error.contains": "route", "all": "yes"}
    asks = re.search(r'<form class="filter-grid".*?</form>', browser.get(MONITOR).text, re.S).group()
    assert re.findall(r'name="([^"]+)"', asks) == list(form)
    page = browser.get("/admin/tasks/", query_string=form)
    assert re.search(r'name="all" value="yes" checked> All 3 that fit', page.text)
    asked = {**form_of(page, "/action/"), "all": "yes", "action": "retried"}
    sure = browser.post("/admin/tasks/action/", asked)
    assert "Run again: 3 tasks?" in sure.text
    later = dead(2)
    browser.post("/admin/tasks/action/", form_of(sure, "/action/"))
    assert set(states(app, meant)) == {"dead"}
    drain_queue(app, "bulk")
    assert (set(states(app, meant)), set(states(app, other + later))) == ({"ready"}, {"dead"})
    assert sum(act["action"] == "retried" for act in acts()) == 3


def test_one_whose_twin_waits_spoils_nothing_for_the_others(app, browser, dead):
    ids = dead(3)
    with app.uow.transaction():
        app.ledger.lock(ids[1]).dedupe_key = "same"
    with app.uow.transaction():
        app.outbox.enqueue("tasks.clean-up", {}, dedupe_key="same")
    browser.get(MONITOR)
    page = browser.post(f"{MONITOR}act/", {"do": "retried", "id": ids}, follow_redirects=True).text
    assert re.findall(r'<p class="notice[^>]*>([^<]*)', page) == [
        "The same task is already waiting; it will do.", "Run again: 2 tasks."
    ]  # fmt: skip
    assert states(app, ids) == ["ready", "dead", "ready"]


@pytest.mark.parametrize("verb", ["eaten", "delete", "change", "cancelled", ""])
def test_monitor_does_two_things_to_tasks_and_no_other(app, browser, dead, verb):
    ids = dead()
    browser.get(MONITOR)
    answer = browser.post(f"{MONITOR}act/", {"do": verb, "id": ids})
    assert (answer.status_code, states(app, ids)) == (400, ["dead"])


def test_viewer_looks_and_changes_nothing(app, viewer, dead, acts):
    ids = dead()
    page = viewer.get(MONITOR).text
    assert ("No route." in page, "Run again" in page, ">Pause<" in page) == (True, False, False)
    before = acts()
    forged = [("act/", {"do": "retried", "id": ids[0]}), ("queue/", {"queue": "mail", "do": "pause"})]
    assert [viewer.post(MONITOR + path, form).status_code for path, form in forged] == [403, 403]
    assert (states(app, ids), acts()) == (["dead"], before)


def test_acts_need_a_token_of_the_page(site, browser, dead):
    (task_id,) = dead()
    browser.get(MONITOR)
    form = {"do": "retried", "id": task_id, "csrf_token": ""}
    assert browser.post(f"{MONITOR}act/", form).status_code == 400
