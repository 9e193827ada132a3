"""How routes of the RealWorld API are put up and what they ask of a request: who it is from, and what its body says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import orjson
from flask import Blueprint, g, request
from werkzeug.routing import PathConverter, UnicodeConverter

from core.domain.accounts import User
from core.domain.kernel.errors import Forbidden, Invalid, NotFound

BLANK = "can't be blank"


class Doors(NamedTuple):
    """What requests are counted as: all, those that sign in, those that sign up."""

    all: str
    sign_in: str
    sign_up: str


class Refused(Exception):
    """A request ends in the words that the contract has for it."""

    def __init__(self, status: int, field: str, word: str) -> None:
        super().__init__(word)
        self.status, self.errors = status, {field: [word]}


class _Word(UnicodeConverter):
    """What can be kept, and so be found: no NUL."""

    def __init__(self, known: Any) -> None:
        super().__init__(known)
        self.regex = r"[^/\x00]+"


class _Ours(PathConverter):
    """Any address below /api but those of /api/v1, which are not of this API."""

    regex = r"(?!v1(?:/|$)).*?"


def know_words(pages: Blueprint) -> None:
    """Let addresses here have these parts; called before the first route."""
    pages.record_once(lambda state: state.app.url_map.converters.update(conduit=_Word, conduit_path=_Ours))


def on(pages: Blueprint, method: str, path: str) -> Callable[[Any], Any]:
    """Put a view up for one method, with a slash at the end and without: a redirect would break a preflight, and turn a
    POST into a GET."""
    return pages.route(path, methods=[method], strict_slashes=False, provide_automatic_options=False)


def caller() -> User | None:
    """Who shows a token; whoever's cookie comes along."""
    bearer = getattr(g.get("_login_user"), "bearer", None)
    return bearer.user if bearer is not None else None


def reader_id() -> str:
    """For whom the answer is, "" for a stranger."""
    user = caller()
    return user.id if user is not None else ""


@contextmanager
def about(what: str) -> Iterator[None]:
    """Have what is not there, or somebody else's, told of as the contract does: by what it is."""
    try:
        yield
    except NotFound:
        raise Refused(404, what, "not found") from None
    except Forbidden:
        raise Refused(403, what, "forbidden") from None


def envelope(name: str) -> dict[str, Any]:
    """Return what the body has in its envelope. Raises `Refused` for what is no JSON, and where there is none."""
    try:
        body = orjson.loads(request.get_data(cache=False))
    except orjson.JSONDecodeError:
        raise Refused(422, "body", "is not JSON") from None
    inside = body.get(name) if isinstance(body, dict) else None
    if not isinstance(inside, dict):
        raise Refused(422, name, BLANK)
    return inside


def filled(given: Mapping[str, Any], *names: str) -> None:
    """Raise `Invalid` naming each of these that is missing, blank or no text."""
    blank = [name for name in names if not isinstance(given.get(name), str) or not given[name].strip()]
    if blank:
        raise Invalid(dict.fromkeys(blank, BLANK))


def filled_if_given(given: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return those of these fields that are given. Raises `Invalid` naming each that is given, and blank or null."""
    present = [name for name in names if name in given]
    filled(given, *present)
    return {name: given[name] for name in present}
