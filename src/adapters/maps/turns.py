"""Taking turns: so many calls of a vendor a second, whichever of our processes makes them; it knows no vendor."""

from __future__ import annotations

import math
import threading
import time

from redis import Redis
from redis.exceptions import RedisError

from core.domain.kernel.errors import Unavailable


class RedisTurns:
    """One call every `gap` seconds. While Redis is away each process counts for itself."""

    def __init__(self, redis: Redis, name: str, gap: float = 1.0) -> None:
        self._redis, self._key, self._gap = redis, f"turn:{name}", gap
        self._lock, self._next = threading.Lock(), 0.0

    def take(self, patience: float) -> None:
        until = time.monotonic() + patience
        while wait := self._wait():
            if time.monotonic() + wait > until:
                raise Unavailable("Others are being looked for just now, and it takes one at a time.", retry_after=wait)
            time.sleep(wait)

    def _wait(self) -> float:
        """Take the turn and return 0, or return the seconds until there may be one."""
        try:
            milliseconds = math.ceil(self._gap * 1000)
            if self._redis.set(self._key, "1", nx=True, px=milliseconds):
                return 0.0
            left = int(self._redis.pttl(self._key))  # type: ignore[arg-type]
            return min(self._gap, max(left, 1) / 1000)
        except RedisError:
            return self._own_wait()

    def _own_wait(self) -> float:
        with self._lock:
            now = time.monotonic()
            if now < self._next:
                return self._next - now
            self._next = now + self._gap
            return 0.0
