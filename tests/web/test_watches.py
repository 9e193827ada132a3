"""Being told when a task is done: asked for on its page, noticed by the clock, sent by the first way that works."""

from __future__ import annotations

import re

import pytest

from entrypoints.worker.clock import Watchman


@pytest.fixture
def task(app):
    with app.uow.transaction():
        _, made = app.contact.receive(name="Ada", email="ada@example.com", subject="Hi", message="Hello")
    return made


@pytest.fixture
def page(app, task):
    return f"/tasks/{task.id}?key={app.links.sign(task.id)}"


def ask(browser, page, **typed):
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page + "&tell=yes").text)
    form = {"csrf_token": token.group(1) if token else "", **typed}
    return browser.post(page.replace("?", "/watches?"), data=form)


def told(app):
    return [(one["channel"], one["to"]) for one in app.inbox.messages()]


def test_sms_comes_when_the_task_is_done(app, client, task, page, drain_queue):
    assert ask(client, page, phone="+44 20 7946 0018", mail="").status_code == 303
    Watchman(app).look()
    assert told(app) == []
    drain_queue(app, "mail")
    Watchman(app).look()
    Watchman(app).look()
    drain_queue(app, "mail")
    assert [one for one in told(app) if one[0] == "sms"] == [("sms", "+442079460018")]


def test_title_says_what_became_of_it(app, client, task, page, drain_queue):
    ask(client, page, mail="ada@example.com")
    with app.uow.transaction():
        app.tasks.cancel(task.id)
    Watchman(app).look()
    drain_queue(app, "mail")
    (mail,) = app.inbox.messages()
    assert mail["subject"].endswith(": it was cancelled")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [({"mail": "nobody"}, "does not look right"), ({"phone": "12"}, "phone number"), ({}, "so that you can be told")],
)
def test_way_that_is_none_is_told_at_its_field(client, page, typed, sentence):
    answer = ask(client, page, **typed)
    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_fourth_person_is_not_told(client, page):
    answers = [ask(client, page, mail=f"a{number}@example.com").status_code for number in range(4)]
    assert answers == [303, 303, 303, 409]


def test_stranger_without_the_link_cannot_ask(app, task, client, page):
    assert ask(client, page.partition("?")[0] + "?key=forged", mail="a@example.com").status_code in (400, 404)
    with app.uow.reading():
        assert app.watches.number(task.id) == 0


def test_page_with_the_form_does_not_reload_itself_under_the_fingers(client, page):
    assert "http-equiv" in client.get(page).text
    asked = client.get(page + "&tell=yes")
    assert ("http-equiv" in asked.text, asked.headers["Referrer-Policy"]) == (False, "same-origin")


def test_task_that_has_ended_offers_no_form(app, client, page, drain_queue):
    drain_queue(app, "mail")
    assert "Tell me" not in client.get(page + "&tell=yes").text


def test_push_comes_to_the_browser_that_asked(app, client, page, drain_queue):
    """The sandbox keeps it; who names a device without its key asks for nothing."""
    keys = {"p256dh": "B" + "A" * 86, "auth": "A" * 22}
    given = {"kind": "web", "address": "https://push.example.com/ada", "keys": keys}
    device = client.post("/api/v1/devices", json=given).json
    assert ask(client, page, device=device["id"], key="forged").status_code == 422
    assert ask(client, page, device=device["id"], key=device["key"]).status_code == 303
    drain_queue(app, "mail")
    Watchman(app).look()
    drain_queue(app, "mail")
    assert ("push", given["address"]) in told(app)
