"""What a route says of itself; read by `openapi.py` when somebody asks, and by nobody before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

View = TypeVar("View", bound=Callable[..., Any])
KEY_PARAMETER = {
    "name": "key", "in": "query", "required": False, "schema": {"type": "string"},
    "description": "The signed key from `status_url`; the task's owner needs none.",
}  # fmt: skip
IDEMPOTENCY_PARAMETER = {
    "name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 255},
    "description": "A value of your own, such as a UUID: a repeat within 24 hours gets the first answer again.",
}  # fmt: skip
MATCH_PARAMETER = {
    "name": "If-Match", "in": "header", "required": False, "schema": {"type": "string"},
    "description": "The `ETag` of what you read: if it was changed since, both versions are answered.",
}  # fmt: skip


def describe(
    *, gives: Mapping[int, type[BaseModel]], problems: tuple[int, ...], tag: str, takes: type[BaseModel] | None = None,
    idempotent: bool = False, keyed: bool = False, cached: bool = False, matched: bool = False,
    asks: Mapping[str, str] | None = None, reasons: Mapping[int, str] | None = None,
) -> Callable[[View], View]:  # fmt: skip
    """Say what a route takes and gives. The view itself is returned untouched: describing costs requests nothing.

    `asks` are its query parameters, each with a sentence; one that ends with "Required." must be there. `reasons` say
    why a status comes, where the usual sentence does not fit.
    """
    asked = [_query(name, about) for name, about in (asks or {}).items()]

    def note(view: View) -> View:
        view.__described__ = {  # type: ignore[attr-defined]
            "gives": gives, "problems": problems, "tag": tag, "takes": takes, "cached": cached,
            "parameters": [*([KEY_PARAMETER] if keyed else []), *([IDEMPOTENCY_PARAMETER] if idempotent else []),
                           *([MATCH_PARAMETER] if matched else []), *asked],
            "reasons": reasons or {},
        }  # fmt: skip
        return view

    return note


def _query(name: str, about: str) -> dict[str, Any]:
    required = about.endswith("Required.")
    return {"name": name, "in": "query", "required": required, "schema": {"type": "string"}, "description": about}
