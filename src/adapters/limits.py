"""Rate limits counted in Redis for all processes, or in this process's memory while Redis does not answer: what guards
accounts is then held tighter, for each process counts alone."""

import math
import threading
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter
from redis import Redis
from redis.exceptions import RedisError

from core.ports.limits import Verdict

NORMAL = {
    "contact": "20/minute", "api": "300/minute", "maps": "30/minute", "watch": "6/minute", "social": "30/minute",
    "token": "20/minute", "sign_up": "10/minute", "reset": "10/minute", "verify": "30/minute", "pictures": "10/minute",
    "sign_in": "60/minute", "code": "10/minute", "copy": "10/minute", "write": "300/minute", "hook": "3000/minute",
    "post": "30/minute", "comment": "30/minute", "report": "10/minute", "open": "1000000/minute",
    "message": "60/minute", "search": "60/minute",
}  # fmt: skip
"""How often one sender may do what: a signed-in user, or else an address (of IPv6 a /64)."""
ALONE = {"sign_in": "20/minute", "sign_up": "5/minute", "reset": "5/minute", "code": "5/minute"}
"""How often while Redis is away. The database slows guesses at one account down besides (accounts/guard.py)."""
LIMITS = {"normal": NORMAL, "wide": dict.fromkeys(NORMAL, "1000000/minute")}
PAUSE = 5.0
"""Seconds during which a Redis that failed is not asked again; one request in so many pays its timeout."""


class RedisLimiter:
    """`core.ports.limits.Limiter`. `redis` should give up within some 50 ms."""

    def __init__(self, redis: Redis, profile: str) -> None:
        self._items = {what: parse(rule) for what, rule in LIMITS[profile].items()}
        self._alone = self._items | {what: parse(rule) for what, rule in ALONE.items()}
        self._unlimited = profile == "wide"
        self._local = FixedWindowRateLimiter(MemoryStorage())
        self._shared = FixedWindowRateLimiter(_redis_storage(redis))
        self._away_until = 0.0
        self._asking = threading.Lock()

    def knows(self, what: str) -> bool:
        return what in self._items

    def hit(self, what: str, sender: str) -> Verdict:
        item = self._items[what]
        if self._unlimited:
            window = item.get_expiry()
            return Verdict(allowed=True, limit=item.amount, remaining=item.amount, reset=window, window=window)
        if not self._is_worth_asking():
            return _verdict(self._local, self._alone[what], what, sender)
        try:
            verdict, self._away_until = _verdict(self._shared, item, what, sender), 0.0
        except RedisError:
            verdict = _verdict(self._local, self._alone[what], what, sender)
            self._away_until = time.monotonic() + PAUSE
        return verdict

    def _is_worth_asking(self) -> bool:
        if self._away_until == 0.0:
            return True
        with self._asking:
            if time.monotonic() < self._away_until:
                return False
            self._away_until = time.monotonic() + PAUSE  # one request probes, the others go on counting here
            return True


def _verdict(limiter: FixedWindowRateLimiter, item: RateLimitItem, what: str, sender: str) -> Verdict:
    allowed = limiter.hit(item, what, sender)
    stats = limiter.get_window_stats(item, what, sender)
    reset = max(1, math.ceil(stats.reset_time - time.time()))
    window = item.get_expiry()
    return Verdict(
        allowed=allowed, limit=item.amount, remaining=stats.remaining, reset=min(reset, window), window=window
    )


def _redis_storage(redis: Redis) -> Storage:
    return RedisStorage("redis://", connection_pool=redis.connection_pool)
