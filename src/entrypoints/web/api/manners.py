"""What routes of the API do alike: pages of lists by a cursor, with `Link` (RFC 8288), and changes that undo nobody's,
by `ETag` and `If-Match` (RFC 9110 13.1.1); it knows no route and no record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Response, current_app, request

from core.domain.kernel.errors import Invalid, Stale
from entrypoints.web.answers import OPTIONS, json_answer

ASKS = {
    "cursor": "Where to go on: the `next` or `prev` of another page.", "limit": "1 to 100; 20 if left out.",
}  # fmt: skip
"""The query parameters of a list, for `describe(asks=…)`."""
MOST, USUAL = 100, 20
WAYS = ("after", "before")
ONWARD = WAYS[:1]
"""Of lists whose pages lead on and not back."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which page of a list: up to `limit` that come after a key in its order, or before one."""

    limit: int = USUAL
    after: str = ""
    before: str = ""


def asked(is_key: Callable[[str], bool], ways: tuple[str, ...] = WAYS) -> Asked:
    """Return which page this request asks for; `is_key` says what can be a key here, `ways` which way a list goes.

    Raises `Invalid` naming a cursor that is none, and a limit that is no number from 1 to 100.
    """
    cursor, limit, wrong = request.args.get("cursor", ""), request.args.get("limit", str(USUAL)), {}
    way, _, key = cursor.partition(".")
    if cursor and (way not in ways or not is_key(key)):
        wrong["cursor"] = "This is no cursor. Give back the `next` or `prev` of another page, or begin without one."
    if not (limit.isascii() and limit.isdecimal() and len(limit) <= len(str(MOST)) and 1 <= int(limit) <= MOST):
        wrong["limit"] = f"The limit is a whole number from 1 to {MOST}."
    if wrong:
        raise Invalid(wrong)
    return Asked(limit=int(limit), **({way: key} if cursor else {}))


def paged(
    name: str, rows: Sequence[Any], *, after: str = "", before: str = "", further: Mapping[str, Any] | None = None
) -> Response:
    """Answer a page: the rows under `name`, `next` and `prev` as cursors or null, and both as `Link`.

    `after` is the key that the next page comes after, `before` the one that the page before ends at; "" for no page.
    `further` is what the answer says besides.
    """
    cursors = {"next": f"after.{after}" if after else None, "prev": f"before.{before}" if before else None}
    links = [f'<{_here(cursor)}>; rel="{rel}"' for rel, cursor in cursors.items() if cursor]
    return json_answer(
        {**(further or {}), name: rows, **cursors}, headers={"Link": ", ".join(links)} if links else None
    )


def etag_of(value: Mapping[str, Any], version: int) -> str:
    """What an ETag says of a thing: the version of its words, and after the dot a print of all that is shown with them
    (who wrote it, how many like it, why it was hidden), so that nobody is told that what they have is still so."""
    return f"{version}.{sha256(orjson.dumps(value, option=OPTIONS, default=str)).hexdigest()[:16]}"


def tagged(
    value: Mapping[str, Any], version: int, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """Answer one thing with its `ETag`; who has the very same already is answered 304."""
    answer = json_answer(value, status, headers)
    answer.set_etag(etag_of(value, version))
    return answer.make_conditional(request) if request.method == "GET" else answer


def must_match(version: int, current: Mapping[str, Any], sent: Mapping[str, Any]) -> None:
    """Let a change happen to what its sender read, in the transaction that holds it; without `If-Match` to any version.

    What stands in an ETag after the dot changes with what others do (how many like it), and undoes nothing. Raises
    `Stale` with both versions: what it is now, and what was sent.
    """
    if "If-Match" in request.headers and not _is_held(version):
        raise Stale(
            "Somebody changed this after you read it, so nothing was changed. Look at both versions, then send yours "
            "again with the ETag of the current one.", current={**current, "etag": f'"{etag_of(current, version)}"'},
            sent=sent,
        )  # fmt: skip


def _is_held(version: int) -> bool:
    """Whether one of the tags says this version; weak ones never match here (RFC 9110 13.1.1)."""
    given = request.if_match
    return given.star_tag or str(version) in {(tag or "").partition(".")[0] for tag in given.as_set()}


def _here(cursor: str) -> str:
    base = current_app.config["BASE_URL"].rstrip("/")
    return f"{base}{request.path}?{urlencode({**request.args.to_dict(), 'cursor': cursor})}"
