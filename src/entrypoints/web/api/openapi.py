"""The description of the API (OpenAPI 3.1), read off the routes by spectree; nothing here runs in a request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask
from spectree import Response, SpecTree

from entrypoints import policies
from entrypoints.policies import Policy
from entrypoints.web.api.shapes import ProblemOut, StaleOut

TITLE, VERSION = "Enginebay API", "1.0.0"
ABOUT = """Send work in, get a **202** with a link, and watch it finish.

* **Accepted is kept.** A 2xx means the change and every task it asks for are committed together.
* **Errors** are [problem+json](https://www.rfc-editor.org/rfc/rfc9457): `errors` names each field in words.
* **The same request twice** has its effect once when both carry the same `Idempotency-Key`.
* **Tokens** are sent as `Authorization: Bearer <token>`. Make one in your account, under Access tokens; each route says
  which scope it needs. A token that is not good is always a **401**, never somebody anonymous.
* **Limits** are told in the `RateLimit` and `RateLimit-Policy` headers; a 429 says in `Retry-After` how long to wait.
"""
REASONS = {
    202: "Kept; the task is under way.", 304: "Nothing has changed since that ETag.", 400: "The body is not JSON.",
    401: "Nobody is signed in, or the token is not good: made up, expired or ended.",
    403: "The token does not allow this, or you may not do it.",
    404: "No such task, or the key does not open it.",
    409: "A request with this key is still running.", 412: "It was changed since it was read.",
    413: "More than 256 KiB.", 415: "Not application/json.",
    422: "Fields that need another look.", 429: "Too many requests; Retry-After says how long to wait.",
    503: "The database is away; Retry-After says how long to wait.",
}  # fmt: skip
HEADERS = {
    "Location": "Where it is; of a task with its key, the same as `status_url`.",
    "Idempotent-Replayed": "`true` when this is the first answer again.",
    "ETag": "Give it back as `If-None-Match`, or as `If-Match` with a change.",
    "Link": "The pages beside this one (RFC 8288): the same as `next` and `prev`.",
    "Retry-After": "Seconds to wait before asking again.",
    "WWW-Authenticate": "What is wrong with the token, or which scope it lacks (RFC 6750).",
}
SENT = {
    200: ("ETag", "Link", "Retry-After"),
    201: ("Location", "ETag", "Idempotent-Replayed"),
    202: ("Location", "Idempotent-Replayed"),
    401: ("WWW-Authenticate",),
    403: ("WWW-Authenticate",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}


SCHEMES = {
    "token": {
        "type": "http", "scheme": "bearer",
        "description": "An access token (`eb_…`) or a signed pass. The names beside it are the scopes it must allow.",
    },
    "browser": {"type": "apiKey", "in": "cookie", "description": "A browser in which somebody is signed in."},
}  # fmt: skip
TOKEN, BROWSER = "token", "browser"
SAMPLES = ("example", "examples")
"""What stands there is somebody's data, not a schema: a post has a `title` of its own."""


def description(site: Flask) -> dict[str, Any]:
    """Return the OpenAPI document of every described route of the site."""
    shadow, further = Flask(site.name), {}
    tree = SpecTree(
        "flask", mode="strict", title=TITLE, version=VERSION, description=ABOUT, annotations=False,
        naming_strategy=lambda model: model.__name__, nested_naming_strategy=lambda parent, child: child,
    )  # fmt: skip
    for rule in site.url_map.iter_rules():
        view = site.view_functions[rule.endpoint]
        told = getattr(view, "__described__", None)
        if told is None:
            continue
        told = {**told, "policy": policies.of(site, rule.endpoint)}
        shadow.add_url_rule(rule.rule, rule.endpoint, _told(tree, view, told), methods=rule.methods)
        further[view.__name__] = told
    with shadow.app_context():
        tree.app = shadow
        document: dict[str, Any] = tree.spec
    for operations in document["paths"].values():
        for operation in operations.values():
            _finish(operation, further[operation["operationId"]])
    schemas = {name: _readable(schema) for name, schema in document["components"]["schemas"].items()}
    document["components"]["schemas"] = _spelt_out(schemas, schemas)
    cookie = {BROWSER: {**SCHEMES[BROWSER], "name": site.config["SESSION_COOKIE_NAME"]}}
    document["components"]["securitySchemes"] = SCHEMES | cookie
    document["servers"] = [{"url": "/"}]  # wherever this was read from: `Try it` works under every name of the site
    document.pop("security", None)
    return document


def _told(tree: SpecTree, view: Callable[..., Any], told: dict[str, Any]) -> Callable[..., Any]:
    answers = {f"HTTP_{status}": model for status, model in told["gives"].items()}
    answers |= {f"HTTP_{status}": StaleOut if status == 412 else ProblemOut for status in _problems(told)}
    decorated: Callable[..., Any] = tree.validate(
        json=told["takes"], resp=Response(**answers), tags=[told["tag"]], operation_id=view.__name__,
        validation_error_status=told["problems"][0], skip_validation=True,
    )(view)  # fmt: skip
    return decorated


def _finish(operation: dict[str, Any], told: dict[str, Any]) -> None:
    """Add what spectree has no words for: our parameters, headers, problem+json, and why a status comes."""
    operation["parameters"] = [*operation.get("parameters", []), *told["parameters"]]
    for status, answer in operation["responses"].items():
        usual = REASONS.get(int(status), answer["description"])
        answer["description"] = told["reasons"].get(int(status), usual)
        if int(status) in _problems(told):
            answer["content"] = {"application/problem+json": answer["content"].pop("application/json")}
        answer["headers"] = {
            name: {"description": HEADERS[name], "schema": {"type": "string"}} for name in _sent(int(status), told)
        }
    operation["security"] = _security(told["policy"])
    if told["cached"]:
        operation["responses"]["304"] = {"description": REASONS[304]}


def _sent(status: int, told: dict[str, Any]) -> Iterator[str]:
    """The headers of an answer; only what has a task to watch leads to it."""
    shape = told["gives"].get(status)
    for name in SENT.get(status, ()):
        fields = getattr(shape, "model_fields", {})
        if {"Location": status == 201 or "status_url" in fields, "Link": "prev" in fields}.get(name, True):
            yield name


def _problems(told: dict[str, Any]) -> tuple[int, ...]:
    """What a route says can go wrong, and what can wherever somebody shows a token."""
    policy: Policy = told["policy"]
    return tuple(sorted({*told["problems"], 401, *((403,) if policy.scope or policy.who == "signed in" else ())}))


def _security(policy: Policy) -> list[dict[str, list[str]]]:
    """What lets one in, each on its own; {} is nothing at all."""
    ways: list[dict[str, list[str]]] = [{TOKEN: [policy.scope]}] if policy.scope else []
    if policy.who == "signed in":
        return [*ways, {BROWSER: []}]
    return [{}, *ways, {BROWSER: []}] if ways else []


def _readable(schema: Any) -> Any:
    """A schema without pydantic's noise: no titles that repeat names, no empty defaults, `type: [x, null]` for maybe.

    The last is for the reader at /docs: it takes `anyOf` with null for an error, though OpenAPI 3.1 allows both.
    """
    if isinstance(schema, list):
        return [_readable(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    maybe = schema.get("anyOf", ())
    if len(maybe) == 2 and maybe[1] == {"type": "null"} and "type" in maybe[0]:
        rest = {name: value for name, value in schema.items() if name != "anyOf"}
        return _readable({**maybe[0], "type": [maybe[0]["type"], "null"], **rest})
    kept = {name: value for name, value in schema.items() if not _is_noise(name, value)}
    return {name: value if name in SAMPLES else _readable(value) for name, value in kept.items()}


def _spelt_out(part: Any, schemas: dict[str, Any]) -> Any:
    """The same with every "another shape, or null" written in place: the reader takes such a choice for an error."""
    if isinstance(part, list):
        return [_spelt_out(one, schemas) for one in part]
    if not isinstance(part, dict):
        return part
    maybe = part.get("anyOf", ())
    if len(maybe) == 2 and maybe[1] == {"type": "null"} and "$ref" in maybe[0]:
        shape = schemas[maybe[0]["$ref"].rpartition("/")[2]]
        rest = {name: value for name, value in part.items() if name != "anyOf"}
        return _spelt_out({**shape, **rest, "type": [shape["type"], "null"]}, schemas)
    return {name: _spelt_out(value, schemas) for name, value in part.items()}


def _is_noise(name: str, value: Any) -> bool:
    return (name == "title" and isinstance(value, str)) or (name == "default" and value in (None, "", {}))
