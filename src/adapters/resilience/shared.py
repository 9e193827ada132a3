"""Breakers shared by all processes through Redis; a healthy call asks nobody, for what was seen holds for a second.

Every step is one Lua script by Redis's own clock, so however many processes wait for a vendor, one of them tries it.
While Redis is away each process keeps its own (`MemoryBreakers`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from redis import Redis
from redis.exceptions import RedisError

from adapters.resilience.breakers import LONGEST_SAID, MemoryBreakers, Recent, Rule, State, refusal, shown
from core.domain.kernel.errors import Unavailable
from core.ports.clock import Clock
from core.ports.vendors import Breaker, Position

FRESH = 1.0
"""Seconds for which a process trusts what it saw: so long an operator's hand, or another's failures, take to arrive."""
AWAY = 5.0
"""Seconds during which a Redis that failed is not asked again; one call in so many pays its timeout."""
KEPT_MS = 24 * 3600 * 1000
NOW = "local t = redis.call('time') local now = t[1] * 1000 + math.floor(t[2] / 1000) "
READ = "local f = redis.call('hmget', KEYS[1], 'failures', 'until', 'probing', 'held', 'said') "
TELL = "return {now, f[1] or '', f[2] or '', f[3] or '', f[4] or '', f[5] or '', may_try}"
LOOK = f"""{NOW} {READ} local may_try = 0
if f[2] and not f[4] and now >= tonumber(f[2]) and now >= tonumber(f[3] or 0) then
    redis.call('hset', KEYS[1], 'probing', now + ARGV[1]) may_try = 1
end
{TELL}"""
"""ARGV: the lease. Says last whether the caller is the one to try."""
FAILED = f"""{NOW} local failures = redis.call('hincrby', KEYS[1], 'failures', 1)
local rests = tonumber(redis.call('hget', KEYS[1], 'until') or 0)
if rests <= now and (rests > 0 or failures >= tonumber(ARGV[1]) or ARGV[2] == '1') then
    redis.call('hset', KEYS[1], 'until', now + ARGV[3]) redis.call('hdel', KEYS[1], 'probing')
end
redis.call('hset', KEYS[1], 'said', ARGV[4])
if redis.call('hexists', KEYS[1], 'held') == 0 then redis.call('pexpire', KEYS[1], {KEPT_MS}) end
local may_try = 0 {READ} {TELL}"""
"""ARGV: failures in a row that open it, 1 to open it at once, the rest, what was said."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class View:
    """What a process saw of a breaker, and until when it goes by that (monotonic seconds)."""

    state: State
    good_until: float
    may_try: bool = False

    @property
    def lets_through(self) -> bool:
        """Whether a call may be made by what was seen."""
        return self.may_try or self.state.held == Position.CLOSED or not (self.state.held or self.state.until)


class RedisBreakers:
    """`core.ports.vendors.Breakers`. `redis` should give up within some 50 ms."""

    def __init__(self, redis: Redis, clock: Clock, rule: Rule | None = None) -> None:
        self._redis, self._clock, self._rule = redis, clock, rule or Rule()
        self._look, self._failed = redis.register_script(LOOK), redis.register_script(FAILED)
        self._local, self._recent = MemoryBreakers(clock, self._rule), Recent(self._rule)
        self._views: dict[str, View] = {}
        self._away_until = 0.0

    def all(self, vendors: Sequence[str]) -> list[Breaker]:
        return self._asked(lambda: [self._seen(vendor) for vendor in vendors], lambda: self._local.all(vendors))

    def hold_open(self, vendor: str) -> None:
        self._ordered(vendor, lambda: self._redis.hset(_key(vendor), "held", Position.OPEN))

    def hold_closed(self, vendor: str) -> None:
        self._ordered(vendor, lambda: self._redis.hset(_key(vendor), "held", Position.CLOSED))

    def reset(self, vendor: str) -> None:
        self._ordered(vendor, lambda: self._redis.delete(_key(vendor)))
        self._recent.forget(vendor)
        self._local.reset(vendor)

    def admit(self, vendor: str) -> None:
        view = self._views.get(vendor)
        if view is None or view.good_until < time.monotonic():
            view = self._asked(lambda: self._looked(vendor), lambda: None)
        if view is None:
            self._local.admit(vendor)
        elif not view.lets_through:
            raise refusal(vendor, view.state)

    def spare(self, vendor: str) -> None:
        view = self._views.get(vendor)
        if view is None or view.state.until:
            self._asked(lambda: self._redis.hdel(_key(vendor), "probing"), lambda: self._local.spare(vendor))

    def mark_well(self, vendor: str) -> None:
        self._recent.add(vendor, 0)
        view = self._views.get(vendor)
        if view is None or view.state.failures:
            self._asked(lambda: self._closed(vendor), lambda: self._local.mark_well(vendor))

    def mark_failed(self, vendor: str, said: str, retry_after: float | None = None) -> None:
        self._recent.add(vendor, 1)
        self._asked(
            lambda: self._noted(vendor, said, retry_after), lambda: self._local.mark_failed(vendor, said, retry_after)
        )

    def _asked(self, shared: Callable[[], T], local: Callable[[], T]) -> T:
        """Ask Redis, or this process while Redis is away."""
        if time.monotonic() < self._away_until:
            return local()
        try:
            return shared()
        except (RedisError, ValueError):  # a stranger's value is no breaker of ours
            self._away_until = time.monotonic() + AWAY
            self._views.clear()
            return local()

    def _ordered(self, vendor: str, order: Callable[[], object]) -> None:
        try:
            order()
        except RedisError as away:
            raise Unavailable("Redis does not answer, so no process would hear of it. Try again in a moment.") from away
        self._views.pop(vendor, None)

    def _looked(self, vendor: str) -> View:
        return self._keep(vendor, self._look([_key(vendor)], [_ms(self._rule.lease)]))

    def _noted(self, vendor: str, said: str, retry_after: float | None) -> None:
        opens, rest = int(self._recent.is_bad(vendor)), _ms(self._rule.rest_after(retry_after))
        self._keep(vendor, self._failed([_key(vendor)], [self._rule.failures, opens, rest, said[:LONGEST_SAID]]))

    def _closed(self, vendor: str) -> None:
        self._redis.hdel(_key(vendor), "failures", "until", "probing", "said")
        view = self._views.pop(vendor, None)
        if view is not None and view.state.until:
            self._recent.forget(vendor)

    def _keep(self, vendor: str, told: list[Any]) -> View:
        """Go by what Redis told for a second; who is to try a vendor is told so once."""
        state, now = _state(told), time.monotonic()
        fresh = View(state, now + FRESH if not state.until else min(now + FRESH, max(state.until, state.probing)))
        self._views[vendor] = fresh
        return View(state, now, may_try=True) if told[6] else fresh

    def _seen(self, vendor: str) -> Breaker:
        """Look without being the one who tries."""
        told = self._redis.hmget(_key(vendor), "failures", "until", "probing", "held", "said")
        seconds, micros = self._redis.time()
        return shown(vendor, _state([seconds * 1000 + micros // 1000, *told, 0]), self._clock)


def _key(vendor: str) -> str:
    return f"breaker:{vendor}"


def _ms(seconds: float) -> int:
    return int(seconds * 1000)


def _state(told: Sequence[Any]) -> State:
    """What Redis keeps, with its moments told in this process's monotonic seconds."""
    now, failures, until, probing, held, said = told[:6]
    since = time.monotonic() - int(now) / 1000
    return State(
        failures=int(failures or 0),
        until=int(until) / 1000 + since if until else 0.0,
        probing=int(probing) / 1000 + since if probing else 0.0,
        held=_text(held),
        said=_text(said),
    )


def _text(kept: bytes | str | None) -> str:
    return kept.decode("utf-8", "replace") if isinstance(kept, bytes) else kept or ""
