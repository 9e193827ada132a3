"""Idempotency-Key on requests that create (promise 8); it knows no route and no record."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from flask import Response, request

from core.domain.idempotency import Answer
from core.domain.kernel.errors import Invalid
from entrypoints import boundary
from entrypoints.container import App

LONGEST = 255


def once(app: App, body: bytes, effect: Callable[[], Answer]) -> Response:
    """Run `effect` in a transaction, once per key, principal and route; a repeat gets the first answer again.

    A replayed answer says `Idempotent-Replayed: true`. Raises `Conflict` while the first still runs, `Invalid` when
    the key came with another body, or to another address of this route, before.
    """
    key, ran = _key(), []

    def run() -> Answer:
        ran.append(True)
        return effect()

    with app.uow.transaction():
        answer = app.once_only.answer(_scope(key), _print(body), run) if key else run()
    headers = answer.headers if ran else {**answer.headers, "Idempotent-Replayed": "true"}
    return Response(answer.body, answer.status, headers, mimetype="application/json")


def _key() -> str:
    key = request.headers.get("Idempotency-Key", "")
    if "Idempotency-Key" in request.headers and not (0 < len(key) <= LONGEST and key.isascii() and key.isprintable()):
        raise Invalid({"Idempotency-Key": f"The key must have 1 to {LONGEST} printable characters, like a UUID."})
    return key


def _print(body: bytes) -> str:
    """What a repeat must be like: the same words to the same post say something else below another one."""
    return sha256(request.full_path.encode() + b"\0" + body).hexdigest()


def _scope(key: str) -> str:
    rule = request.url_rule.rule if request.url_rule else request.path
    return sha256("|".join((boundary.current_actor().id, request.method, rule, key)).encode()).hexdigest()
