"""Promise 8 at the level of HTTP: the same request twice has its effect once, and says so."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import request

from core.domain.audit import Actor
from core.domain.idempotency import Answer
from entrypoints import boundary
from entrypoints.web import make_web
from entrypoints.web.api.once import once

PATH = "/api/v1/contact-messages"
GOOD = {"name": "Ada", "email": "ada@example.com", "subject": "Hello", "message": "How are you?"}
KEY = {"Idempotency-Key": "0c6a-1"}


def kept(app):
    with app.uow.reading():
        return len(app.ledger.recent(100))


def test_repeated_request_gets_the_first_answer_and_is_told(app, client):
    first, again = (client.post(PATH, json=GOOD, headers=KEY) for _ in range(2))
    assert (again.status_code, again.data, again.headers["Location"]) == (202, first.data, first.headers["Location"])
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    assert kept(app) == 1


def test_other_body_under_the_same_key_is_refused_by_name(app, client):
    client.post(PATH, json=GOOD, headers=KEY)
    other = client.post(PATH, json={**GOOD, "subject": "Other"}, headers=KEY)
    assert (other.status_code, list(other.json["errors"])) == (422, ["Idempotency-Key"])
    assert kept(app) == 1


def test_refused_input_is_not_kept(app, client):
    assert client.post(PATH, json={**GOOD, "email": "nobody"}, headers=KEY).status_code == 422
    assert client.post(PATH, json=GOOD, headers=KEY).status_code == 202
    assert kept(app) == 1


def test_form_sent_twice_has_its_effect_once(app, client):
    page = client.get("/contact").text
    token, ticket = (
        page.partition(f'name="{name}" value="')[2].partition('"')[0] for name in ("csrf_token", "once")
    )  # fmt: skip
    first, again = (client.post("/contact", data={**GOOD, "csrf_token": token, "once": ticket}) for _ in range(2))
    assert (first.status_code, first.headers["Location"]) == (303, again.headers["Location"])
    assert kept(app) == 1


@pytest.fixture
def on_postgres(make_app, migrated_url):
    return make_app(settings={"database_url": migrated_url})


def test_two_at_once_have_one_effect_and_the_other_is_asked_to_wait(on_postgres):
    """The first is held inside its transaction until the second was answered."""
    site, begun, answered, effects = make_web(on_postgres), threading.Event(), threading.Event(), []

    site.config["WTF_CSRF_ENABLED"] = False

    @site.post("/slow")
    def slow():
        def effect():
            effects.append(1)
            begun.set()
            assert answered.wait(20)
            return Answer(status=201, headers={}, body="{}")

        return once(on_postgres, b"{}", effect)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(site.test_client().post, "/slow", headers=KEY)
        assert begun.wait(20)
        second = site.test_client().post("/slow", headers={**KEY, "Accept": "application/json"})
        answered.set()
        assert first.result(20).status_code == 201
    assert (second.status_code, second.json["detail"]) == (
        409, "A request with this Idempotency-Key is still running. Repeat it in a second.",
    )  # fmt: skip
    third = site.test_client().post("/slow", headers=KEY)
    assert (third.status_code, third.headers["Idempotent-Replayed"], effects) == (201, "true", [1])


def test_eight_at_once_keep_one_message(on_postgres):
    site = make_web(on_postgres)

    def post(_):
        return site.test_client().post(PATH, json=GOOD, headers=KEY)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, range(8)))
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert len({answer.json["id"] for answer in answers if answer.status_code == 202}) == 1
    assert kept(on_postgres) == 1


@pytest.mark.parametrize(("path", "who"), [("/two", "usr_1"), ("/one", "usr_2")])
def test_key_belongs_to_a_route_and_a_principal(app, site, path, who):
    """The same key for something else, or from somebody else, is another key."""
    site.config["WTF_CSRF_ENABLED"] = False
    made = []

    def route():
        boundary.actor.set(Actor(id=request.headers["X-Who"], name="Ada"))
        return once(app, b"{}", lambda: made.append(request.path) or Answer(status=201, headers={}, body="{}"))

    for rule in ("/one", "/two"):
        site.add_url_rule(rule, rule, route, methods=["POST"])
    for rule, actor in (("/one", "usr_1"), (path, who), ("/one", "usr_1")):
        site.test_client().post(rule, headers={**KEY, "X-Who": actor})
    assert made == ["/one", path]
