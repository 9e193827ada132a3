"""What goes wrong, as the RealWorld contract words it, `{"errors": {"<field>": ["<message>"]}}`, and open to browsers
on every site, which otherwise hide even the error (CORS); which status means what is in the site's own table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import structlog
from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from core.domain.kernel import errors as kernel
from entrypoints.web.conduit.routes import Refused
from entrypoints.web.conduit.shapes import CONTENT, shaped
from entrypoints.web.errors import BY_STATUS, STATUSES, answer_http, headers_of, problem_of

log = structlog.get_logger("web")
OPEN = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""Any site may read: no cookie counts here, so a browser lends nobody its owner's rights."""
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, X-Requested-With, X-Request-Id",
    "Access-Control-Max-Age": "7200",
}
TOLD = {"tags": "tagList"}
"""Fields that the contract calls otherwise than we do."""


def answer_errors(pages: Blueprint) -> None:
    """Have every error of these routes answered here, and of addresses below /api that nobody else has."""
    pages.after_request(_open)
    pages.register_error_handler(Refused, lambda refused: _answer(refused.status, refused.errors))
    pages.register_error_handler(kernel.Failure, _failure)
    pages.register_error_handler(HTTPException, _http)
    pages.register_error_handler(Exception, _unknown)
    pages.app_errorhandler(MethodNotAllowed)(_no_route)
    pages.record_once(lambda state: state.app.extensions["worders"].append(_refusal))


def _open(answer: Response) -> Response:
    answer.headers.update(OPEN)
    return answer


def _answer(status: int, errors: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    return shaped({"errors": errors}, status, {**OPEN, **(headers or {})})


def _failure(failure: kernel.Failure) -> Response:
    problem = problem_of(failure)
    is_taken = isinstance(failure, kernel.Taken)
    return _answer(409 if is_taken else problem.status, _errors(failure), headers_of(failure, problem))


def _errors(failure: kernel.Failure) -> dict[str, list[str]]:
    taken = "has already been taken"
    if isinstance(failure, kernel.Invalid):
        is_taken = isinstance(failure, kernel.Taken)
        return {TOLD.get(name, name): [taken if is_taken else said] for name, said in failure.fields.items()}
    if isinstance(failure, kernel.Conflict) and failure.about:
        return {failure.about: [taken]}
    if isinstance(failure, kernel.ExpiredToken):
        return {"token": ["has expired"]}
    if isinstance(failure, kernel.Unauthenticated):
        return {"token": ["is invalid" if isinstance(failure, kernel.BadToken) else "is missing"]}
    return {"token" if isinstance(failure, kernel.OutOfScope) else "body": [failure.sentence]}


def _http(error: HTTPException) -> Response:
    """What Werkzeug raised, in our sentence."""
    status = error.code or 500
    problem = BY_STATUS.get(status)
    return _answer(status, {"body": [problem.sentence if problem else error.name]})


def _unknown(error: Exception) -> Response:
    log.error("unforeseen", path=request.path, exc_info=error)
    return _answer(500, {"body": [STATUSES[500].sentence]})


def _no_route(error: MethodNotAllowed) -> Response:
    """Every address below /api takes OPTIONS; one that takes nothing else is not there at all."""
    methods = set(error.valid_methods or ())
    if not _is_ours(request.path):
        return answer_http(error)
    if methods == {"OPTIONS"}:
        return _answer(404, {"body": ["not found"]})
    return _answer(405, {"body": [STATUSES[405].sentence]}, {"Allow": ", ".join(sorted(methods))})


def _refusal(path: str, status: int, sentence: str) -> tuple[Mapping[str, str], bytes] | None:
    """What is refused before the site comes to see it."""
    if not _is_ours(path):
        return None
    headers = {"content-type": CONTENT} | {name.lower(): value for name, value in OPEN.items()}
    return headers, orjson.dumps({"errors": {"body": [sentence]}})


def _is_ours(path: str) -> bool:
    return path.startswith("/api/") and not f"{path}/".startswith("/api/v1/")
