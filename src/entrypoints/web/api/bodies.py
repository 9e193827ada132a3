"""Reading a JSON body: what is no JSON is said to be none; it knows no route and no shape."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from entrypoints.web.api.shapes import shape_errors

Shape = TypeVar("Shape", bound=BaseModel)


def json_body() -> bytes:
    """Return the body of this request. Raises `UnsupportedMediaType` unless it says that it is JSON."""
    if request.mimetype != "application/json":
        wrong = UnsupportedMediaType()
        wrong.sentence = "Send JSON, with the header Content-Type: application/json."  # type: ignore[attr-defined]
        raise wrong
    return request.get_data(cache=False)


def read_shape(shape: type[Shape], body: bytes) -> Shape:
    """Return what a body says. Raises `BadRequest` for what is no JSON, `ValidationError` for another shape."""
    try:
        return shape.model_validate_json(body)
    except ValidationError as wrong:
        if wrong.errors(include_url=False, include_context=False, include_input=False)[0]["type"] == "json_invalid":
            unread = BadRequest()
            unread.sentence = "The body is not JSON. Check its commas, quotes and encoding (UTF-8)."  # type: ignore[attr-defined]
            raise unread from None
        raise


def read_fields(shape: type[BaseModel], body: bytes) -> dict[str, Any]:
    """Return the fields that a body gives, and no others. Raises `BadRequest`, and `Invalid` for another shape."""
    try:
        return read_shape(shape, body).model_dump(exclude_unset=True)
    except ValidationError as wrong:
        raise shape_errors(wrong) from None
