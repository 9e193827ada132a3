"""What was spent today, counted in Redis for all processes, or in this one while Redis does not answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from redis import Redis
from redis.exceptions import RedisError

from core.domain.kernel.money import PLACES
from core.ports.clock import Clock

PAUSE = 5.0
"""Seconds during which a Redis that failed is not asked again; one call in so many pays its timeout."""
DAYS_KEPT = 2 * 86_400
SLICE, ROOM = 10, 10
"""Calls whose money is taken at once, and how many such slices must be left after it. What a process has in hand counts
as spent, so nobody goes above a cap; near one, and where a person has a cap too, money is taken call by call."""
NOTHING, ENDLESS = Decimal(0), Decimal("Infinity")
UNKNOWN, COUNTED = -1, 0
TAKE = """for place, key in ipairs(KEYS) do
    local spent = redis.call('get', key)
    if not spent then return -1 end
    if tonumber(spent) + tonumber(ARGV[1]) > tonumber(ARGV[1 + place]) then return place end
end
for _, key in ipairs(KEYS) do redis.call('incrby', key, ARGV[1]) end
return 0"""
"""All accounts or none. The numbers are whole and far below 2^53, where Lua's would stop to be exact."""
RAISE = """local spent = redis.call('get', KEYS[1])
if not spent or tonumber(spent) < tonumber(ARGV[1]) then redis.call('set', KEYS[1], ARGV[1], 'EX', ARGV[2]) end"""
GIVE_BACK = """if redis.call('exists', KEYS[1]) == 1 then redis.call('incrby', KEYS[1], ARGV[1]) end"""


class LocalPurse:
    """`core.ports.metering.Purse` for one process. `kept` tells what is kept as spent by an account on a day."""

    def __init__(self, kept: Callable[[date, str], Decimal], clock: Clock) -> None:
        self._kept, self._clock = kept, clock
        self._spent: dict[str, Decimal] = {}
        self._day = date.min
        self._turn = threading.Lock()

    def take(self, caps: Mapping[str, Decimal], amount: Decimal) -> str:
        today = self._clock.now().date()
        unknown = [one for one in caps if self._day != today or one not in self._spent]
        learnt = {one: self._kept(today, one) for one in unknown}
        with self._turn:
            self._begin(today)
            for account in caps:
                self._spent.setdefault(account, learnt.get(account, Decimal(0)))
            above = next((one for one, cap in caps.items() if self._spent[one] + amount > cap), "")
            if not above:
                self._spent.update({one: self._spent[one] + amount for one in caps})
        return above

    def give_back(self, account: str, amount: Decimal) -> None:
        with self._turn:
            if account in self._spent:
                self._spent[account] -= amount

    def at_least(self, spent: Mapping[str, Decimal]) -> None:
        with self._turn:
            self._begin(self._clock.now().date())
            for account, amount in spent.items():
                self._spent[account] = max(amount, self._spent.get(account, amount))

    def _begin(self, today: date) -> None:
        if self._day != today:
            self._day, self._spent = today, {}


class RedisPurse:
    """`core.ports.metering.Purse` for all processes. `redis` should give up within some 50 ms.

    What is taken is also counted here, so that the count goes on when Redis is away. An account that Redis does not
    know begins with what is kept as spent: an empty Redis makes nobody richer.
    """

    def __init__(self, redis: Redis, local: LocalPurse, kept: Callable[[date, str], Decimal], clock: Clock) -> None:
        self._local, self._kept, self._clock = local, kept, clock
        self._take, self._raise = redis.register_script(TAKE), redis.register_script(RAISE)
        self._give_back = redis.register_script(GIVE_BACK)
        self._away_until = 0.0
        self._hand: dict[str, Decimal] = {}
        self._turn = threading.Lock()

    def take(self, caps: Mapping[str, Decimal], amount: Decimal) -> str:
        key = self._key(*caps) if len(caps) == 1 else ""
        if not (key and self._is_in_hand(key, amount)):
            if time.monotonic() < self._away_until:
                return self._local.take(caps, amount)
            try:
                above = "" if key and self._fill_hand(key, caps, amount) else self._ask(caps, amount)
            except RedisError:
                self._away_until = time.monotonic() + PAUSE
                return self._local.take(caps, amount)
            if above:
                return above
        self._local.take(dict.fromkeys(caps, ENDLESS), amount)
        return ""

    def _is_in_hand(self, key: str, amount: Decimal) -> bool:
        """Whether this process has the money already; then it is spent."""
        with self._turn:
            is_enough = self._hand.get(key, NOTHING) >= amount
            if is_enough:
                self._hand[key] -= amount
        return is_enough

    def _fill_hand(self, key: str, caps: Mapping[str, Decimal], amount: Decimal) -> bool:
        """Take money for this call and the next ones, if that is far from the cap. False when it is not."""
        slices = amount * SLICE
        if self._ask({account: cap - slices * ROOM for account, cap in caps.items()}, slices):
            return False
        with self._turn:
            if key not in self._hand:
                self._hand = {one: left for one, left in self._hand.items() if one[:16] == key[:16]}  # today's
            self._hand[key] = self._hand.get(key, NOTHING) + slices - amount
        return True

    def give_back(self, account: str, amount: Decimal) -> None:
        self._local.give_back(account, amount)
        self._say(lambda: self._give_back([self._key(account)], [-_whole(amount)]))

    def at_least(self, spent: Mapping[str, Decimal]) -> None:
        self._local.at_least(spent)
        for account, amount in spent.items():
            self._say(lambda account=account, amount=amount: self._learn(account, amount))  # type: ignore[misc]

    def _ask(self, caps: Mapping[str, Decimal], amount: Decimal) -> str:
        keys, limits = [self._key(one) for one in caps], [_whole(cap) for cap in caps.values()]
        answer = self._take(keys, [_whole(amount), *limits])
        if answer == UNKNOWN:
            today = self._clock.now().date()
            for account in caps:
                self._learn(account, self._kept(today, account))
            answer = self._take(keys, [_whole(amount), *limits])
        return list(caps)[answer - 1] if answer > COUNTED else ""

    def _learn(self, account: str, spent: Decimal) -> None:
        self._raise([self._key(account)], [_whole(spent), DAYS_KEPT])

    def _say(self, tell: Callable[[], object]) -> None:
        """What Redis does not hear now, `at_least` tells it when something is kept again."""
        if time.monotonic() < self._away_until:
            return
        try:
            tell()
        except RedisError:
            self._away_until = time.monotonic() + PAUSE

    def _key(self, account: str) -> str:
        return f"spent:{self._clock.now().date()}:{account}"


def _whole(amount: Decimal) -> int:
    """An amount as a whole number of its smallest part."""
    return int(amount.scaleb(PLACES))
