"""Slows down guessing of passwords, and writes down who was let in; it never sees a password."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Any, TypeVar

from core.domain.audit import Audit
from core.domain.kernel.addresses import network
from core.domain.kernel.errors import TooMany
from core.domain.kernel.marks import every, task
from core.domain.tasks import Run
from core.ports.clock import Clock
from core.ports.repositories import Door, Tries

if TYPE_CHECKING:
    from core.domain.accounts.people import User

T = TypeVar("T")
FORGET_TRIES, FADE = timedelta(hours=24), timedelta(minutes=1)
FREE_TRIES = {"pair": 4, "address": 30, "account": 50, "second": 5}
LONGEST_WAIT = {"pair": 900.0, "address": 60.0, "second": 900.0}
"""Seconds. A crowd behind one address waits a minute at most; one account from there, a quarter of an hour."""
CHANCES = 30
"""So often a try that is about to be counted may find that others were counted meanwhile under the same keys: after as
many of them as an address has free tries, it would have to wait anyway."""
SHARED = ("address", "account")
"""What many people may be counted under."""
FREE_UNDER_ATTACK = 1
"""Free tries of a pair while its account is being guessed at from many addresses.

The account as such is never locked, or strangers could lock its owner out (OWASP Authentication Cheat Sheet, "Account
lockout"): a new address always has one try at once, whoever else is trying.
"""


@dataclass(frozen=True, kw_only=True)
class Try:
    """Sign-ins under one key (an address, an account, or the pair) since the last good one, and the last one's time."""

    key: str
    kind: str
    failures: int
    last_at: datetime

    def faded(self, now: datetime) -> Try:
        """The same by now: after a day without a try nothing, and what many people share is one less a minute."""
        gone, since = 0, now - self.last_at
        if since > FORGET_TRIES:
            gone = self.failures
        elif self.kind in SHARED:
            gone = min(self.failures, max(0, since // FADE))
        return replace(self, failures=self.failures - gone)

    def counted(self, now: datetime) -> Try:
        """The same with one more."""
        return replace(self, failures=self.failures + 1, last_at=now)

    def wait(self, now: datetime, free: int) -> float:
        """Seconds until the next try is let in: doubling from 1 s once the free tries are used up."""
        over = self.failures - free
        if over < 0 or self.failures == 0:
            return 0.0
        pause = min(LONGEST_WAIT[self.kind], 2.0 ** min(over, 20))
        return max(0.0, min(pause, pause - (now - self.last_at).total_seconds()))


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Whom somebody at the door says to be, to be read only (None: there is no such account), and whether any second
    factor of theirs is on."""

    user: User | None
    has_second: bool


class Guard:
    """Counts tries per account and per address, for all processes alike (in the database), and keeps the door's log."""

    def __init__(self, tries: Tries, door: Door, clock: Clock, audit: Audit) -> None:
        self._tries, self._door, self._clock, self._audit = tries, door, clock, audit

    def admit(self, who: str, address: str) -> Caller:
        """Let a try in and count it, and return whose account it is at; or raise `TooMany` with the seconds to wait.

        It is counted before the password is looked at, so that a hundred tries at once are not all let in; and under
        what was typed, or a wait would tell which address belongs to which username (decision 25).
        """
        return self._count(_keys(who, address), _wait, partial(self._door.knock, who))

    def admit_second(self, user: User, address: str) -> None:
        """Let a try at the second factor in and count it, or raise `TooMany`.

        It is counted for the account, wherever it comes from: who is asked for it has shown the first, so this lock is
        for no stranger to hold; and a million codes are few for who has many addresses.
        """
        self._count(_second_keys(user, address), _wait_for_second, self._tries.count)

    def failed(self, user: User | None) -> None:
        """Write down that a try failed. What was typed as an address is not kept: it may be a password."""
        if user is not None:
            self._audit.note("failed to sign in", "user", user.id, label=str(user))
        else:
            self._audit.note("failed to sign in", "user", "", label="(an unknown address)")

    def succeeded(self, who: str, address: str) -> None:
        """Forget the tries of this account from this address, and take this one back where others are counted."""
        self._take_back(_keys(who, address), "pair")

    def forgive(self, user: User, address: str) -> None:
        """Forget the tries of an account from an address, by whichever of its names, where nobody was counted now."""
        keys = _keys(user.email, address) | _keys(user.username, address)
        self._tries.take_back([], [key for key, kind in keys.items() if kind == "pair"])

    def failed_second(self, user: User) -> None:
        """Write down that somebody showed the first factor and not the second."""
        self._audit.note("failed to show a second factor", "user", user.id, label=str(user))

    def succeeded_second(self, user: User, address: str) -> None:
        """Forget the tries at an account's second factor, and take this one back where its address is counted."""
        keys = _second_keys(user, address)
        self._take_back(keys, "second")

    def excuse(self, who: str, address: str) -> None:
        """Take a try back whose password nobody came to look at."""
        self._tries.take_back(_keys(who, address))

    def let_in(self, user: User) -> None:
        """Write down that somebody came in."""
        self._audit.note("signed in", "user", user.id, label=str(user), by=(user.id, str(user)))

    @every("forget-tries", "37 * * * *")
    @task("accounts.forget-tries", queue="upkeep", priority=8)
    def forget_old(self, run: Run) -> dict[str, Any]:
        """Forget what was last counted a day ago."""
        return {"forgotten": self._tries.remove_before(self._clock.now() - FORGET_TRIES)}

    def _count(
        self,
        keys: Mapping[str, str],
        wait: Callable[[Mapping[str, Try], datetime], float],
        keep: Callable[[Collection[Try], Collection[Try]], T | None],
    ) -> T:
        """Count a try under these keys (with their kinds), unless it is to `wait` by what is counted there; return what
        `keep` does once it kept the counts.

        Most often nothing is, so that is taken to be so before it is asked.
        """
        seen: Sequence[Try] = ()
        for _ in range(CHANCES):
            now = self._clock.now()
            begun = {kind: Try(key=key, kind=kind, failures=0, last_at=now) for key, kind in keys.items()}
            counts = begun | {one.kind: one.faded(now) for one in seen}
            if seconds := ceil(wait(counts, now)):
                raise _too_many(seconds)
            if kept := keep([one.counted(now) for one in counts.values()], seen):
                return kept
            seen = self._tries.find(list(keys))
        raise _too_many(1)

    def _take_back(self, keys: Mapping[str, str], own: str) -> None:
        """Take one try back where others are counted as well, and all of them under the key of the kind `own`."""
        self._tries.take_back(
            [key for key, kind in keys.items() if kind != own], [key for key, kind in keys.items() if kind == own]
        )


def _wait(counts: Mapping[str, Try], now: datetime) -> float:
    attacked = counts["account"].failures >= FREE_TRIES["account"]
    free = FREE_UNDER_ATTACK if attacked else FREE_TRIES["pair"]
    return max(counts["pair"].wait(now, free), counts["address"].wait(now, FREE_TRIES["address"]))


def _wait_for_second(counts: Mapping[str, Try], now: datetime) -> float:
    return max(one.wait(now, FREE_TRIES[kind]) for kind, one in counts.items())


def _too_many(seconds: int) -> TooMany:
    unit = "second" if seconds == 1 else "seconds"
    return TooMany(f"Too many tries to sign in. Wait {seconds} {unit}, then try again.", seconds)


def _keys(who: str, address: str) -> dict[str, str]:
    account, origin = who.strip().lower()[:254], network(address)
    return {f"pair {account}|{origin}": "pair", f"address {origin}": "address", f"account {account}": "account"}


def _second_keys(user: User, address: str) -> dict[str, str]:
    return {f"second {user.id}": "second", f"address {network(address)}": "address"}
