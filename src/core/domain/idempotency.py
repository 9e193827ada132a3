"""The same request twice has its effect once (promise 8, after Stripe); it knows no HTTP, only status and body."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.domain.kernel.errors import Conflict, Invalid
from core.domain.kernel.marks import every, task
from core.domain.tasks import Run
from core.ports.clock import Clock
from core.ports.repositories import KeptAnswers

KEPT = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was answered: a status, headers worth repeating, and the body as it was sent."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass(eq=False, kw_only=True)
class KeptAnswer:
    """An answer under its scope (principal, route and key, hashed), with the fingerprint of the request's body."""

    scope: str
    request: str
    status: int
    headers: dict[str, str]
    body: str
    created_at: datetime


class OnceOnly:
    """Runs an effect once per key, in the effect's own transaction; refused input raises and is not kept."""

    def __init__(self, answers: KeptAnswers, clock: Clock) -> None:
        self._answers, self._clock = answers, clock

    def answer(self, scope: str, request: str, effect: Callable[[], Answer]) -> Answer:
        """Return the effect's answer, or the one kept under this scope.

        Raises `Conflict` while the first request is still running, `Invalid` when the key came with another body.
        """
        if not self._answers.try_lock(scope):
            raise Conflict("A request with this Idempotency-Key is still running. Repeat it in a second.")
        kept = self._answers.find(scope)
        if kept is None or kept.created_at < self._clock.now() - KEPT:
            return self._first(scope, request, effect, stale=kept)
        if kept.request != request:
            raise Invalid({"Idempotency-Key": "This key was used with another body. Take a new key for a new request."})
        return Answer(status=kept.status, headers=kept.headers, body=kept.body)

    def _first(self, scope: str, request: str, effect: Callable[[], Answer], stale: KeptAnswer | None) -> Answer:
        answer, now = effect(), self._clock.now()
        if stale is not None:
            stale.request, stale.status, stale.headers = request, answer.status, answer.headers
            stale.body, stale.created_at = answer.body, now
            return answer
        self._answers.add(
            KeptAnswer(
                scope=scope,
                request=request,
                status=answer.status,
                headers=answer.headers,
                body=answer.body,
                created_at=now,
            )
        )
        return answer

    @every("forget-keys", "27 * * * *")
    @task("idempotency.forget-keys", queue="upkeep", priority=8)
    def forget_old(self, run: Run) -> dict[str, Any]:
        """Forget answers older than 24 hours."""
        return {"forgotten": self._answers.remove_before(self._clock.now() - KEPT)}
