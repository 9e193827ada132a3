"""The contact API's manners: what is taken, what is refused and in which words, and what a repeated request does."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PATH = "/api/v1/contact-messages"
GOOD = {"name": "Ada", "email": "ada@example.com", "subject": "Hello", "message": "How are you?", "notify_me": False}


def kept(app):
    with app.uow.reading():
        return len(app.ledger.recent(1000))


def test_message_is_accepted_with_its_task(app, client):
    answer = client.post(PATH, json=GOOD)
    assert answer.status_code == 202
    task = client.get(answer.headers["Location"])
    assert task.status_code == 200
    assert sorted(task.json) == sorted(
        ["id", "name", "state", "progress", "attempts", "result", "error", "created_at", "finished_at"]
    )
    assert (task.json["id"], task.json["state"]) == (answer.json["task"]["id"], "ready")
    assert "Retry-After" in task.headers


def test_task_unchanged_is_not_sent_again(client):
    location = client.post(PATH, json=GOOD).headers["Location"]
    etag = client.get(location).headers["ETag"]
    assert client.get(location, headers={"If-None-Match": etag}).status_code == 304


def test_task_without_its_key_is_not_found(client):
    answer = client.post(PATH, json=GOOD)
    task_id = answer.json["task"]["id"]
    assert client.get(f"/api/v1/tasks/{task_id}").status_code == 404
    assert client.get(f"/api/v1/tasks/{task_id}?key=forged").status_code == 404


def test_every_bad_field_is_named_in_words(app, client):
    answer = client.post(PATH, json={"name": "", "email": "nobody", "subject": "a\nb", "message": " "})
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert sorted(answer.json["errors"]) == ["email", "message", "name", "subject"]
    assert kept(app) == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({**GOOD, "surprise": 1}, 422),
        ({**GOOD, "name": 7}, 422),
        ({**GOOD, "name": None}, 422),
        ({}, 422),
        ([], 422),
        ("text", 422),
        (None, 422),
        ({**GOOD, "name": "\x00"}, 422),
        ({**GOOD, "email": "a@example.com\r\nBcc: b@example.com"}, 422),
    ],
)
def test_wrong_shapes_are_refused_in_words(app, client, body, status):
    answer = client.post(PATH, data=json.dumps(body), content_type="application/json")
    assert answer.status_code == status
    assert answer.json["detail"]
    assert kept(app) == 0


@pytest.mark.parametrize("body", [b"{", b"", b"\xff\xfe", b'{"name": ' + b"[" * 100_000])
def test_what_is_not_json_is_a_400(client, body):
    assert client.post(PATH, data=body, content_type="application/json").status_code == 400


def test_a_body_of_300_kb_is_a_413(client):
    assert client.post(PATH, json={**GOOD, "message": "x" * 300_000}).status_code == 413


def test_another_content_type_is_a_415(client):
    assert client.post(PATH, data="name=Ada", content_type="text/plain").status_code == 415


def test_too_many_are_told_when_to_come_back(client):
    answers = [client.post(PATH, json=GOOD) for _ in range(25)]
    assert answers[0].headers["RateLimit"].startswith('"contact";r=')
    refused = answers[-1]
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1


def test_answers_carry_the_headers_that_protect(client):
    headers = client.get("/contact").headers
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Request-Id"].startswith("req_")


@pytest.mark.parametrize(
    "path", ["/", "/contact", "/dev/inbox", "/docs", "/openapi.json", "/metrics", "/healthz", "/readyz"]
)
def test_pages_answer(client, path):
    assert client.get(path).status_code == 200


def test_the_form_needs_its_token(app, client):
    assert client.post("/contact", data=GOOD).status_code in (400, 403, 422)
    assert kept(app) == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.one_of(JSON, st.fixed_dictionaries(dict.fromkeys(GOOD, JSON))))
def test_no_json_is_ever_a_500(client, body):
    answer = client.post(PATH, data=json.dumps(body), content_type="application/json")
    assert answer.status_code in (202, 400, 422, 429)
