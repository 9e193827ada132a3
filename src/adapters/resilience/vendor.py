"""One vendor of a channel: whether it is asked, the call and one more try, and what is written down about both."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import structlog

from adapters.resilience.policy import Policy
from core.domain.kernel.deadlines import is_over, time_left
from core.domain.kernel.errors import Failure, Rejected, Unanswered, Unavailable
from core.ports.clock import Clock
from core.ports.vendors import Breakers, Budget, Call, Meter, Outcome

log = structlog.get_logger("vendors")


@dataclass(frozen=True, kw_only=True)
class Guards:
    """What stands around every call: whether it is made, whether it may be, and what is kept of it."""

    breakers: Breakers
    budget: Budget
    meter: Meter
    clock: Clock


@dataclass(frozen=True)
class Later:
    """An adapter that is built when it is first asked, with the SDK that it imports."""

    build: Callable[[], Any]


def later(build: Callable[[], Any]) -> Any:
    """Have a vendor built only when somebody asks it: `("twilio", later(make_twilio))`."""
    return Later(build)


@dataclass(frozen=True, slots=True)
class Question:
    """What a vendor is asked: a verb of its port and what it is given; whom it reaches, and who pays for it."""

    verb: str
    given: tuple[Any, ...]
    named: dict[str, Any]
    to: str
    user: str


def question(verb: str, given: tuple[Any, ...], named: dict[str, Any]) -> Question:
    """Read recipient and payer off the message or the device among what is given, where there is one."""
    for what in (*given, *named.values()):
        to = getattr(what, "to", None) or getattr(what, "address", None)
        if isinstance(to, str):
            return Question(verb, given, named, to, getattr(what, "user", ""))
    return Question(verb, given, named, "", "")


class Vendor:
    """One vendor behind its guards; its name is `<channel>:<vendor>`."""

    def __init__(self, name: str, adapter: Any, guards: Guards, policy: Policy) -> None:
        self.name, self._adapter, self._guards, self._policy = name, adapter, guards, policy
        self._line = policy.line(name)

    @cached_property
    def adapter(self) -> Any:
        """The adapter, built by now."""
        return self._adapter.build() if isinstance(self._adapter, Later) else self._adapter

    def fits(self, asked: Question) -> bool:
        """Whether this vendor can do it at all."""
        fits = self._policy.fits
        return fits is None or fits(self.adapter, (*asked.given, *asked.named.values()))

    def ask(self, asked: Question) -> Any:
        """Return what the vendor answers, at the second try if need be. Raises `Unavailable`, also for not being asked
        at all, and what the adapter raises."""
        self._come_in()
        self._afford(asked)
        try:
            return self._call(asked)
        except Unanswered:
            raise
        except Unavailable as away:
            if not self._may_try_again(asked, away):
                raise
        return self._call(asked)

    def _come_in(self) -> None:
        """Come through the breaker. Raises `Unavailable`."""
        try:
            self._guards.breakers.admit(self.name)
        except Unavailable as rests:  # what an operator holds open says no time
            if not self._policy.insists or rests.retry_after is None:
                raise

    def _afford(self, asked: Question) -> None:
        """Come through the budget. Raises `TooDear`."""
        try:
            self._guards.budget.check(self.name, asked.to, asked.user)
        except BaseException:
            self._guards.breakers.spare(self.name)
            raise

    def _may_try_again(self, asked: Question, away: Unavailable) -> bool:
        """Wait, with full jitter or as long as the vendor asked for, and come through again. False when the wait is not
        worth it, or the breaker has opened by now."""
        pause = away.retry_after or random.uniform(0, self._policy.pause)
        if is_over() or pause > min(self._policy.patience, time_left() / 2):
            return False
        time.sleep(pause)
        with suppress(Unavailable):
            self._guards.breakers.admit(self.name)
            self._afford(asked)
            return True
        return False

    def _call(self, asked: Question) -> Any:
        begun = time.monotonic()
        try:
            answer = self._line(getattr(self.adapter, asked.verb), *asked.given, **asked.named)
        except Failure as failure:
            self._note(asked, begun, _outcome(failure), failure)
            raise
        except Exception as bug:
            broken = self._broken(bug)
            self._note(asked, begun, Outcome.BROKEN, broken)
            raise broken from bug
        self._note(asked, begun, Outcome.DONE, units=getattr(answer, "units", 1))
        return answer

    def _broken(self, bug: Exception) -> Unavailable:
        log.error("vendor broken", vendor=self.name, exc_info=bug)
        return self._policy.unforeseen(
            f"{self.name} answered something that its adapter does not understand ({type(bug).__name__}). "
            "The log has the whole of it."
        )

    def _note(
        self, asked: Question, begun: float, outcome: Outcome, failure: Failure | None = None, units: int = 1
    ) -> None:
        guards, seconds = self._guards, time.monotonic() - begun
        if isinstance(failure, Unavailable):
            guards.breakers.mark_failed(self.name, failure.sentence, failure.retry_after)
        else:
            guards.breakers.mark_well(self.name)
        guards.meter.note(
            Call(
                vendor=self.name, verb=asked.verb, at=guards.clock.now(), seconds=seconds, outcome=outcome,
                units=units, user=asked.user, to=asked.to, said=failure.sentence if failure else "",
            )
        )  # fmt: skip


def _outcome(failure: Failure) -> Outcome:
    if isinstance(failure, Unanswered):
        return Outcome.UNANSWERED
    if isinstance(failure, Unavailable):
        return Outcome.UNAVAILABLE
    return Outcome.REJECTED if isinstance(failure, Rejected) else Outcome.BROKEN
