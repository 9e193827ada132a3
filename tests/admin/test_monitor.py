"""The tasks monitor: looked at by everybody in the panel, acted from by those who may, one by one or by the hundred."""

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


def test_many_are_counted_asked_about_and_run_again(app, browser, dead, acts):
    meant, other = dead(450), dead(3, error="Another.")
    page = browser.get(f"{MONITOR}many/?do=retried&state=dead&queue=upkeep&error=route")
    assert "Run again: 450 tasks?" in page.text
    later = dead(2)
    answer = browser.post(f"{MONITOR}many/", form_of(page, "/many/"), follow_redirects=True)
    assert "Run again: 450 tasks." in answer.text
    assert set(states(app, meant)) == {"ready"}
    assert set(states(app, other) + states(app, later)) == {"dead"}
    assert sum(act["action"] == "retried" for act in acts()) == 100


def test_many_without_a_yes_are_only_counted(app, browser, dead):
    ids = dead(2)
    page = browser.get(f"{MONITOR}many/?do=discarded")
    form = form_of(page, "/many/")
    assert browser.post(f"{MONITOR}many/", {**form, "sure": ""}).status_code == 200
    assert states(app, ids) == ["dead", "dead"]
    browser.post(f"{MONITOR}many/", form)
    assert states(app, ids) == ["cancelled", "cancelled"]


def test_one_whose_twin_waits_spoils_nothing_for_the_others(app, browser, dead):
    ids = dead(3)
    with app.uow.transaction():
        app.ledger.lock(ids[1]).dedupe_key = "same"
    with app.uow.transaction():
        app.outbox.enqueue("tasks.clean-up", {}, dedupe_key="same")
    browser.get(MONITOR)
    page = browser.post(f"{MONITOR}act/", {"do": "retried", "id": ids}, follow_redirects=True).text
    assert "Run again: 2 tasks." in page
    assert states(app, ids) == ["ready", "dead", "ready"]


@pytest.mark.parametrize(
    "query",
    ["do=eaten", "do=retried&state=done", "do=discarded&state=ready", "do=retried&until=x", "do=retried&name=%00", ""],
)
def test_forged_filters_are_answered_with_a_sentence(browser, query):
    answer = browser.get(f"{MONITOR}many/?{query}")
    assert (answer.status_code, "That did not work" in answer.text) == (400, True)


def test_viewer_looks_and_changes_nothing(app, viewer, dead, acts):
    ids = dead()
    page = viewer.get(MONITOR).text
    assert ("No route." in page, "Run again" in page, ">Pause<" in page) == (True, False, False)
    before = acts()
    forged = [("act/", {"do": "retried", "id": ids[0]}), ("queue/", {"queue": "mail", "do": "pause"}),
              ("many/", {"do": "retried", "sure": "yes"})]  # fmt: skip
    assert [viewer.post(MONITOR + path, form).status_code for path, form in forged] == [403, 403, 403]
    assert (states(app, ids), acts()) == (["dead"], before)


def test_acts_need_a_token_of_the_page(site, browser, dead):
    (task_id,) = dead()
    browser.get(MONITOR)
    form = {"do": "retried", "id": task_id, "csrf_token": ""}
    assert browser.post(f"{MONITOR}act/", form).status_code == 400
