"""JSON and problem answers, made with orjson; it knows what goes over the wire, never why."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Flask, Response, current_app
from flask.json.provider import JSONProvider

OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


class OrjsonProvider(JSONProvider):
    """Flask's JSON through orjson: UTC times end in Z; a value orjson does not know is written as text."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return orjson.dumps(obj, option=OPTIONS, default=str).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        return json_answer(self._prepare_response_obj(args, kwargs))


def json_answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a JSON response; `value` may be bytes that are JSON already."""
    body = value if isinstance(value, bytes) else orjson.dumps(value, option=OPTIONS, default=str)
    return Response(body, status, headers, mimetype="application/json")


def problem_answer(
    slug: str, *, title: str, status: int, detail: str, request_id: str | None, errors: dict[str, str] | None = None,
    **further: Any,
) -> Response:  # fmt: skip
    """Return RFC 9457 problem+json; `errors` maps a field to a sentence and is left out when there are none."""
    body: dict[str, Any] = {"type": _type(slug), "title": title, "status": status, "detail": detail}
    if errors:
        body["errors"] = errors
    body |= {"request_id": request_id, **further}
    return Response(orjson.dumps(body, option=OPTIONS, default=str), status, mimetype="application/problem+json")


def _type(slug: str) -> str:
    return f"{current_app.config['BASE_URL']}/problems/{slug}"


def use_orjson(site: Flask) -> None:
    """Let Flask speak JSON through orjson."""
    site.json = OrjsonProvider(site)
