"""How often one sender asks: one count for pages, API and panel alike; it knows no route and no rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, request

from core.domain.kernel.errors import TooMany
from core.ports.limits import Verdict
from entrypoints import boundary
from entrypoints.boundary import NOBODY
from entrypoints.callers import sender

if TYPE_CHECKING:
    from entrypoints.container import App

COUNTED = "enginebay.verdict"


def count(app: App, what: str) -> Verdict:
    """Count this request under who is signed in, wherever from and by whichever token, or else under its address.

    Once for each `what`, however often it is called. Raises `TooMany` with the seconds to wait.
    """
    counted = request.environ.setdefault(COUNTED, {})
    if what not in counted:
        actor = boundary.current_actor().id
        counted[what] = app.limiter.hit(what, sender() if actor in NOBODY else actor)
    verdict: Verdict = counted[what]
    if not verdict.allowed:
        raise TooMany(
            f"That is more than {verdict.limit} in {verdict.window} seconds. Wait {verdict.reset} seconds, then go on.",
            verdict.reset,
        )
    return verdict


def tell(answer: Response) -> Response:
    """Say how much is left of what is scarcest (IETF draft-ietf-httpapi-ratelimit-headers-10)."""
    counted = request.environ.get(COUNTED)
    if counted:
        what, verdict = min(counted.items(), key=lambda pair: pair[1].remaining)
        answer.headers["RateLimit-Policy"] = f'"{what}";q={verdict.limit};w={verdict.window}'
        answer.headers["RateLimit"] = f'"{what}";r={verdict.remaining};t={verdict.reset}'
    return answer
