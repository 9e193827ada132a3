"""Who of a channel's vendors is asked first: by points that all processes share through Redis; it asks no vendor."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from adapters.resilience.order import V
from core.domain.kernel.errors import Unavailable
from core.domain.vendors.balance import Shares, is_in_trouble, rebalanced
from core.ports.clock import Clock
from core.ports.vendors import Speeds

FRESH = 5.0
"""Seconds for which a process goes by the points it saw."""
TURN_SECONDS = 20
"""One process of all looks after the points in so many seconds."""
BUCKET = 10
BUCKETS = 6
"""Errors are counted by ten seconds; six of them are the last minute."""


class ByPoints:
    """`Order`: draws who is first by points, and moves them as `core.domain.vendors.balance` says.

    `wanted` are the points by vendor (`sms:twilio`) where nobody is in trouble. While Redis is away the points stay.
    """

    def __init__(self, redis: Redis, speeds: Speeds, clock: Clock, wanted: Mapping[str, int]) -> None:
        self._redis, self._speeds, self._clock, self._wanted = redis, speeds, clock, dict(wanted)
        self._name = "+".join(self._wanted)
        self._points: Mapping[str, int] = self._wanted
        self._look_at = 0.0

    def arrange(self, vendors: Sequence[V]) -> Sequence[V]:
        """One of them first by chance and points, the others behind it as they are."""
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + FRESH
            with suppress(RedisError, ValueError, KeyError, TypeError, Unavailable):
                self._look()
        points = [self._points.get(vendor.name, 0) for vendor in vendors]
        if not any(points):
            return vendors
        (first,) = random.choices(vendors, points)
        return [first, *(vendor for vendor in vendors if vendor is not first)]

    def note_failure(self, vendor: str) -> None:
        """Count an error of this vendor, for all processes."""
        key = self._errors(vendor, 0)
        with suppress(RedisError):
            self._redis.pipeline(transaction=False).incr(key).expire(key, BUCKET * (BUCKETS + 1)).execute()

    def _look(self) -> None:
        """See the points; whose turn it is moves them, if somebody is in trouble."""
        shares = self._read()
        if self._redis.set(f"balance:{self._name}:turn", 1, nx=True, ex=TURN_SECONDS):
            troubled = {one for one in self._wanted if is_in_trouble(self._failed(one), self._speeds.slow_share(one))}
            shares = rebalanced(shares, self._wanted, troubled, self._clock.now())
            self._redis.set(f"balance:{self._name}", json.dumps(_told(shares)))
        self._points = shares.points

    def _read(self) -> Shares:
        kept: Any = self._redis.get(f"balance:{self._name}")
        if kept is None:
            begun = self._clock.now() - timedelta(hours=1)
            return Shares(points=self._wanted, moved_at=begun, troubled_at=begun)
        told = json.loads(kept)
        moved, troubled = (datetime.fromisoformat(told[name]) for name in ("moved_at", "troubled_at"))
        points = {one: max(0, int(told["points"][one])) for one in self._wanted}
        return Shares(points=points, moved_at=moved, troubled_at=troubled)

    def _failed(self, vendor: str) -> int:
        counts: Any = self._redis.mget([self._errors(vendor, back) for back in range(BUCKETS)])
        return sum(int(count or 0) for count in counts)

    def _errors(self, vendor: str, back: int) -> str:
        return f"errors:{vendor}:{int(self._clock.now().timestamp()) // BUCKET - back}"


def _told(shares: Shares) -> dict[str, Any]:
    moments = {"moved_at": shares.moved_at.isoformat(), "troubled_at": shares.troubled_at.isoformat()}
    return {"points": dict(shares.points), **moments}
