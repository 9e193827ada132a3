"""What every answer of the RealWorld API has: its shape, open to browsers of other sites, whatever was sent."""

import json
from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from tests.web.conduit.conftest import Reader, join

from core.ports.content import Reading
from entrypoints.web import make_web
from entrypoints.web.conduit.described import OPERATIONS

PATHS = ["/users", "/users/login", "/user", "/profiles/x", "/profiles/x/follow", "/articles", "/articles/feed",
         "/articles/x", "/articles/x/favorite", "/articles/x/comments", "/articles/x/comments/1", "/tags"]  # fmt: skip
NAUGHTY = ["\0", "\u202e", "''; DROP TABLE posts; --", "<script>alert(1)</script>", "{{7*7}}", "../../etc/passwd",
           "\ud7ff\ufffe", "𝕿𝖍𝖊", "%s%n", "￿", "null", "1e309", "‏", "\x1b[31m", "Ω≈ç√∫", "A" * 5000]  # fmt: skip


@pytest.fixture(scope="module")
def client(standing):
    """One site for all that is asked here; who asks is somebody new each time."""
    return make_web(standing(rate_limits="wide")).test_client()


@pytest.fixture(scope="module")
def described(client):
    return schemathesis.openapi.from_wsgi("/api/openapi.json", client.application)


@pytest.fixture
def ada(client):
    return join(client)


def is_open(answer):
    return answer.headers.get("Access-Control-Allow-Origin") == "*"


def is_refused_in_shape(answer):
    """4xx, `{"errors": {field: [sentence, …]}}`, readable for browsers."""
    errors = answer.json["errors"]
    told = [isinstance(field, list) and bool(field) and all(isinstance(one, str) for one in field)
            for field in errors.values()]  # fmt: skip
    return 400 <= answer.status_code < 500 and bool(told) and all(told) and is_open(answer)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("slash", ["", "/"])
def test_preflight_is_answered_everywhere_without_a_token(client, path, slash):
    asks = {"Origin": "http://localhost:4200", "Access-Control-Request-Method": "PUT", "Authorization": "Token stale"}
    answer = client.options(f"/api{path}{slash}", headers=asks)
    assert (answer.status_code, is_open(answer)) == (204, True)
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, POST, PUT, DELETE, OPTIONS"
    allowed = answer.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert {"authorization", "content-type", "x-requested-with"} <= set(allowed)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
def test_every_answer_is_json_and_open_to_other_sites_with_a_slash_and_without(client, ada, path, method):
    for slash in ("", "/"):
        answer = ada.ask(method, f"{path}{slash}", data="x", content_type="application/json")
        assert is_open(answer)
        assert answer.status_code in (200, 404, 405, 422)
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        assert answer.json.keys() == {"errors"} or answer.status_code == 200


def test_unknown_address_and_method_are_refused_in_shape(stranger):
    answer = stranger.ask("GET", "/nothing/here")
    assert (answer.status_code, answer.json, is_open(answer)) == (404, {"errors": {"body": ["not found"]}}, True)
    answer = stranger.ask("PATCH", "/articles")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    assert is_refused_in_shape(answer)


def test_api_of_version_one_keeps_its_own_ways(client):
    for answer in (client.get("/api/v1/nothing"), client.patch("/api/v1/tasks/x"), client.options("/api/v1/nothing")):
        assert answer.mimetype == "application/problem+json"
        assert not is_open(answer)
    assert client.patch("/api/v1/tasks/x").status_code == 405


class Broken(Reading):
    def page(self, wanted):
        raise ZeroDivisionError


def test_error_of_ours_is_answered_in_shape_and_without_details(make_app):
    client = make_web(make_app(post_reading=Broken())).test_client()
    answer = client.get("/api/articles")
    assert (answer.status_code, list(answer.json["errors"]), is_open(answer)) == (500, ["body"], True)
    assert "Zero" not in answer.text


def test_database_that_is_away_is_answered_in_shape(make_app, tmp_path):
    answer = make_web(make_app(settings={"database_url": f"sqlite:///{tmp_path}"})).test_client().get("/api/tags")
    assert (answer.status_code, is_open(answer), bool(answer.headers["Retry-After"])) == (503, True, True)


def test_body_that_is_too_large_is_refused_in_shape(ada):
    for size in (300_000, 1_000_000):
        answer = ada.ask("POST", "/articles", {"article": {"title": "x" * size, "description": "d", "body": "b"}})
        assert (answer.status_code, is_refused_in_shape(answer)) == (413, True)


def test_refusal_in_front_of_the_site_is_worded_alike(client):
    (word,) = client.application.extensions["worders"]
    headers, body = word("/api/articles", 413, "Send less.")
    assert (headers["access-control-allow-origin"], json.loads(body)) == ("*", {"errors": {"body": ["Send less."]}})
    assert word("/api/v1/me", 413, "Send less.") is word("/contact", 413, "Send less.") is None


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", "7", '"x"', "{}", '{"user":null}', '{"user":[]}', '{"user":"x"}', '{"user":{"email":{}}}',
     "[" * 20_000, '{"user":' * 20_000, '{"user":{"email":"\\ud800"}}', '{"user":NaN}', b"\xff\xfe",
     b'{"user":\xed\xa0\x80}'],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/users", "/users/login"])
def test_body_that_is_no_such_thing_is_refused_in_shape(stranger, path, body):
    answer = stranger.ask("POST", path, data=body, content_type="application/json")
    assert (answer.status_code, is_refused_in_shape(answer)) == (422, True)


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_json_is_read_whatever_it_is_said_to_be(ada, kind):
    body = json.dumps({"article": {"title": "t", "description": "d", "body": "b"}})
    assert ada.ask("POST", "/articles", data=body, content_type=kind).status_code == 201


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_text_is_kept_or_refused_in_words(ada, text):
    article = {"title": text, "description": text, "body": text, "tagList": [text]}
    user = {"username": text, "email": text, "password": text, "bio": text, "image": text}
    slug = ada.write()["slug"]
    asked = [
        ada.ask("POST", "/users", {"user": user}), ada.ask("POST", "/users/login", {"user": user}),
        ada.ask("POST", "/articles", {"article": article}), ada.ask("PUT", f"/articles/{slug}", {"article": article}),
        ada.ask("POST", f"/articles/{slug}/comments", {"comment": {"body": text}}),
        *(ada.ask("PUT", "/user", {"user": {name: text}}) for name in ("bio", "image", "username", "email")),
    ]  # fmt: skip
    refused = [answer for answer in asked if answer.status_code not in (200, 201)]
    assert [answer.text for answer in refused if not is_refused_in_shape(answer)] == []


@pytest.mark.parametrize("text", ["%00", "%F0%9F", "%E2%80%AE", "a%2Fb", "%25", "x" * 3000, "..", "'", "%0d%0a"])
def test_naughty_address_is_refused_in_words(ada, text):
    for method, path in (("GET", "/profiles/{}"), ("POST", "/profiles/{}/follow"), ("GET", "/articles/{}"),
                         ("PUT", "/articles/{}"), ("DELETE", "/articles/{}"), ("POST", "/articles/{}/favorite"),
                         ("GET", "/articles/{}/comments"), ("DELETE", "/articles/{}/comments/1")):  # fmt: skip
        assert is_refused_in_shape(ada.ask(method, path.format(text)))


def test_header_that_is_no_token_is_refused_or_none(client):
    shown = {
        "Token": 200,
        "Token  ": 200,
        "Basic x": 200,
        "Token é": 200,
        "Token " + "x" * 9000: 200,
        "Token é.é.é": 401,
    }
    for header, status in shown.items():
        assert client.get("/api/articles", headers={"Authorization": header}).status_code == status


def test_description_is_valid_and_names_every_route(client):
    answer = client.get("/api/openapi.json")
    assert [error.message for error in OpenAPIV31SpecValidator(answer.json).iter_errors()] == []
    rules = client.application.url_map.iter_rules()
    routed = {rule.endpoint.removeprefix("conduit.") for rule in rules if rule.endpoint.startswith("conduit.")}
    assert routed - {"ask_first", "describe_all"} == set(OPERATIONS)


@pytest.fixture
def known(ada):
    """Somebody's token, with an article and a comment to ask for."""
    slug = ada.write(tagList=["a"])["slug"]
    ada.post(f"/articles/{slug}/comments", {"comment": {"body": "hello"}})
    return ada


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("mode", GenerationMode)
def test_every_answer_is_as_described(client, described, known, operation, mode):
    method, path, *_ = OPERATIONS[operation]
    found = described[path][method.upper()]

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=found.as_strategy(generation_mode=mode))
    def holds(case):
        case.call_and_validate(
            headers={"Authorization": f"Token {known.token}"},
            excluded_checks=[positive_data_acceptance, negative_data_rejection],  # what nobody asked for is ignored
        )

    with suppress(Unsatisfiable):  # what takes nothing can be asked nothing wrong
        holds()
    assert Reader(client, known.token).get("/user")[0] == 200
