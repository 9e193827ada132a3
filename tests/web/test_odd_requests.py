"""Whatever is sent, the answer is the one the description promises, in words, and never a 500."""

from __future__ import annotations

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

PATH = "/api/v1/contact-messages"
GOOD = {"name": "Ada", "email": "ada@example.com", "subject": "Hello", "message": "How are you?"}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def app(make_app):
    """Without rate limits: a fuzzer asks more often than people."""
    return make_app(settings={"rate_limits": "wide"})


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize(("method", "path"), [("POST", PATH), ("GET", "/api/v1/tasks/{task_id}")])
def test_every_answer_is_as_described(site, method, path, mode):
    operation = schemathesis.openapi.from_wsgi("/openapi.json", site)[path][method]

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def holds(case):
        case.call_and_validate(excluded_checks=[positive_data_acceptance])  # entities have rules no schema can tell

    holds()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"name":"\\ud800"}', 400),
        (b'{"name":"\xed\xa0\x80"}', 400),
        (json.dumps({**GOOD, "message": "a\0b"}).encode(), 422),
        (b'{"name":' + b"9" * 5000 + b"}", 400),
        (b'{"notify_me":1e999}', 422),
        (b'{"name":NaN}', 422),
        (b'{"name":' + b'{"a":' * 20_000 + b"1" + b"}" * 20_001, 400),
        (b'{"name":' + b"[" * 20_000 + b"]" * 20_000 + b"}", 400),
        (json.dumps(GOOD).encode("utf-16"), 400),
        (json.dumps({"k" * 100_000: 1}).encode(), 422),
        (json.dumps(dict.fromkeys(map(str, range(20_000)), 1)).encode(), 422),
        (b"x" * 300_000, 413),
    ],
)
def test_odd_json_is_refused_in_words(client, body, status):
    answer = client.post(PATH, data=body, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["detail"].endswith(".")


@pytest.mark.parametrize("kind", [None, "", "text/plain", FORM, "multipart/form-data", "application/json+x", "\xff"])
def test_other_content_types_are_refused(client, kind):
    assert client.post(PATH, data=json.dumps(GOOD), content_type=kind).status_code == 415


@pytest.mark.parametrize("key", ["", "a" * 256, "clé", "a\tb", "\x7f"])
def test_odd_keys_are_refused_by_name(client, key):
    answer = client.post(PATH, json=GOOD, headers={"Idempotency-Key": key})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["Idempotency-Key"])


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_other_methods_are_told_which_there_are(client, method):
    answer = client.open(PATH, method=method)
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert sorted(answer.headers["Allow"].split(", ")) == ["OPTIONS", "POST"]


@pytest.mark.parametrize(
    "path",
    ["/tasks/%00", "/api/v1/tasks/%ff", "/static/%00", "/static/..%2fwsgi.py", "/problems/%00", "/dev/inbox/%00"],
)
def test_odd_addresses_lead_nowhere(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"name=%ff%fe&email=%00&subject=%ed%a0%80&message=%00", FORM, 422),
        (b"name=%ff&email=ada%40example.com&subject=%f0%9f&message=%c3", FORM, 303),
        (b"name=Ada&email=ada%40example.com&subject=s&message=m", f"{FORM}; charset=utf-16", 303),
        (b"a=1&" * 50_000, FORM, 422),
        (b"message=" + b"x" * 300_000, FORM, 413),
        (b"--x\r\nContent-Disposition: form-data", "multipart/form-data; boundary=x", 400),
        (b"--x", "multipart/form-data", 400),
        (b"{}", "application/json", 400),
    ],
)
def test_odd_forms_are_answered_with_a_page(client, body, kind, status):
    token = client.get("/contact").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    body = b"csrf_token=" + token.encode() + b"&" + body if kind.startswith(FORM) else body
    answer = client.post("/contact", data=body, content_type=kind)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
