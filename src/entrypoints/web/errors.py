"""The one table from what went wrong to what is answered: pages for browsers, problem+json for programs."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

import structlog
from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from core.domain.kernel import errors as kernel
from entrypoints import boundary
from entrypoints.web.answers import problem_answer

log = structlog.get_logger("web")


@dataclass(frozen=True)
class Problem:
    """One kind of problem: its status, its name in addresses, its title, and the sentence when there is no better."""

    status: int
    slug: str
    title: str
    sentence: str = ""


KINDS: dict[type[Exception], Problem] = {
    kernel.Invalid: Problem(422, "invalid", "Some of this needs another look"),
    kernel.NotFound: Problem(404, "not-found", "Not found", kernel.NotFound.sentence),
    kernel.Forbidden: Problem(403, "forbidden", "This is not allowed", kernel.Forbidden.sentence),
    kernel.Unauthenticated: Problem(401, "unauthenticated", "Sign in first", kernel.Unauthenticated.sentence),
    kernel.Conflict: Problem(409, "conflict", "This does not fit the present state", kernel.Conflict.sentence),
    kernel.Stale: Problem(412, "stale", "This was changed meanwhile", "Read it again, then repeat your change."),
    kernel.TooMany: Problem(429, "too-many", "Too many requests", "Wait a little, then try again."),
    kernel.Unavailable: Problem(503, "unavailable", "Not available just now", kernel.Unavailable.sentence),
    kernel.Rejected: Problem(422, "rejected", "This was refused", "Whoever this goes to does not take it."),
}
STATUSES: dict[int, Problem] = {
    400: Problem(400, "bad-request", "This could not be read", "The request is malformed. Check it and send it again."),
    405: Problem(405, "method-not-allowed", "This cannot be done here", "Use one of the methods in the Allow header."),
    408: Problem(408, "timeout", "The request took too long", "It did not arrive in time. Send it again."),
    413: Problem(413, "too-large", "This is too large", "At most 256 KiB are taken at once. Send less."),
    415: Problem(415, "media-type", "This kind of content is not taken", "Send it as the documentation at /docs says."),
    500: Problem(
        500, "internal", "Something broke on our side",
        "It is noted under the request id below. Try again; if it stays, tell us that id.",
    ),
}  # fmt: skip
BY_STATUS = {problem.status: problem for problem in KINDS.values() if problem.slug != "rejected"} | STATUSES
BY_SLUG = {problem.slug: problem for problem in [*KINDS.values(), *STATUSES.values()]}
AWAY_FOR = 5
"""Seconds to wait when the one who is away did not say how long."""


def translate_errors(site: Flask) -> None:
    """Have every error of this site answered by the tables above."""
    site.register_error_handler(kernel.Failure, answer_failure)
    site.register_error_handler(HTTPException, answer_http)
    site.register_error_handler(Exception, answer_unknown)


def problem_of(failure: kernel.Failure) -> Problem:
    """Return what kind of problem a failure of the domain is; one of ours is logged."""
    problem = next((KINDS[kind] for kind in type(failure).__mro__ if kind in KINDS), STATUSES[500])
    if problem.status >= 500:
        log.warning("unavailable", sentence=failure.sentence, reason=_reason(failure.__cause__))
    return problem


def _reason(cause: BaseException | None) -> str:
    """What the one who is away said, in a line: in an outage it is logged a hundred times a second."""
    return str(getattr(cause, "orig", None) or cause or "").partition("\n")[0]


def headers_of(failure: kernel.Failure, problem: Problem) -> dict[str, str]:
    """Return the headers that go with the answer to a failure: what to show, and how long to wait."""
    headers = {}
    if problem.status == 401 or isinstance(failure, kernel.OutOfScope):
        headers["WWW-Authenticate"] = _challenge(failure)
    wait = getattr(failure, "retry_after", None) or (AWAY_FOR if problem.status == 503 else None)
    if wait:
        headers["Retry-After"] = str(ceil(wait))
    return headers


def answer_failure(failure: kernel.Failure) -> Response:
    """Answer a failure of the domain in its own words."""
    problem = problem_of(failure)
    sentence = getattr(failure, "by_name", failure.sentence) if wants_problem() else failure.sentence
    answer = _answer(problem, sentence, getattr(failure, "fields", None), getattr(failure, "versions", None))
    answer.headers.update(headers_of(failure, problem))
    return answer


def _challenge(failure: kernel.Failure) -> str:
    """What a program is to show (RFC 6750 3)."""
    if isinstance(failure, kernel.OutOfScope):
        return f'Bearer error="insufficient_scope", scope="{failure.scope}"'
    return 'Bearer error="invalid_token"' if isinstance(failure, kernel.BadToken) else "Bearer"


def answer_http(error: HTTPException) -> Response:
    """Answer what Werkzeug raised, keeping its headers (Allow, Retry-After) and none of its wording."""
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    problem = BY_STATUS.get(error.code) or Problem(error.code, "http", error.name, error.description or error.name)
    answer = _answer(problem, getattr(error, "sentence", None) or problem.sentence)
    for name, value in error.get_response().headers.items():
        if name in ("Allow", "Retry-After", "WWW-Authenticate"):
            answer.headers[name] = value
    return answer


def answer_unknown(error: Exception) -> Response:
    """Answer what nobody foresaw: logged whole, told without details."""
    log.error("unforeseen", path=request.path, exc_info=error)
    return _answer(STATUSES[500], STATUSES[500].sentence)


def wants_problem() -> bool:
    """Whether a program is asking: by path, or because it prefers JSON to pages."""
    if request.path.startswith("/api/"):
        return True
    accepts = request.accept_mimetypes
    best = accepts.best_match(["text/html", "application/problem+json", "application/json"], "text/html")
    return best != "text/html"


def _answer(
    problem: Problem, sentence: str, fields: dict[str, str] | None = None, versions: dict[str, Any] | None = None
) -> Response:
    request_id = boundary.request_id.get()
    if wants_problem():
        return problem_answer(
            problem.slug, title=problem.title, status=problem.status, detail=sentence, request_id=request_id,
            errors=fields, **(versions or {}),
        )  # fmt: skip
    page = render_template("problem.html", problem=problem, sentence=sentence, fields=fields, request_id=request_id)
    return make_response(page, problem.status)
