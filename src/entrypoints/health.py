"""How the parts are, for `/readyz`, metrics and the operator; asking never waits long for a part that is away."""

from __future__ import annotations

from typing import Any

from redis.exceptions import RedisError

from core.domain.kernel.errors import Failure
from entrypoints.container import App

STALE = 20.0
"""Seconds after which a silent process is no longer counted."""


def health(app: App) -> dict[str, Any]:
    """Return the parts by name; `ready` is False only when the database is away or not migrated."""
    database = _database(app)
    parts: dict[str, Any] = {"ready": database["ok"] and database["migrated"], "database": database}
    parts["redis"] = _redis(app)
    if database["ok"] and database["migrated"]:
        parts.update(_processes(app))
        with app.uow.reading():
            parts["queues"] = {
                seen.queue: {"ready": seen.ready, "oldest_seconds": round(seen.oldest, 1), "dead": seen.dead}
                for seen in app.ledger.figures()
            }
        parts["oldest_waiting_seconds"] = max((q["oldest_seconds"] for q in parts["queues"].values()), default=0.0)
    return parts


def _database(app: App) -> dict[str, Any]:
    try:
        return {"ok": True, "migrated": app.migrations.is_current()}
    except Failure as away:
        return {"ok": False, "migrated": False, "detail": away.sentence}


def _redis(app: App) -> dict[str, Any]:
    try:
        return {"ok": bool(app.quick_redis.ping())}
    except RedisError:
        return {"ok": False, "detail": "Redis does not answer. Tasks are kept and run when it does again."}


def _processes(app: App) -> dict[str, Any]:
    now = app.clock.now()
    ages = [(sign.role, (now - sign.at).total_seconds()) for sign in app.life_signs.seen() if sign.at]
    clocks = [age for role, age in ages if role == "scheduler"]
    return {
        "workers": sum(1 for role, age in ages if role == "worker" and age < STALE),
        "scheduler": {"ok": any(age < STALE for age in clocks), "heartbeat_seconds": round(min(clocks, default=-1), 1)},
    }
