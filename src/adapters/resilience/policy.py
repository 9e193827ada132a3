"""What may be done about a vendor that does not answer: it depends on what was asked of it, not on who it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from adapters.resilience.lines import in_this_thread, on_lines_of_its_own
from core.domain.kernel.errors import Failure, Rejected, Unanswered, Unavailable

Fits = Callable[[Any, tuple[Any, ...]], bool]


def who_reaches_it(vendor: Any, given: tuple[Any, ...]) -> bool:
    """Only a vendor that reaches this kind of device (`core.ports.push.Push.kinds`)."""
    return any(getattr(what, "kind", None) in vendor.kinds for what in given)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """`deadline`: seconds over all vendors together, unless the caller set one. `final`: failures that nobody else is
    asked after. `unforeseen`: what an error that no adapter foresaw becomes. `fits`: which vendors can do it, if not
    all. `line`: how a vendor of that name is called.

    One more try is made after at most `pause` seconds, and a vendor's Retry-After is waited for up to `patience`.
    `may_wait`: who asks comes again by itself, ever later. `insists`: a vendor is asked although its breaker rests.
    """

    deadline: float
    final: tuple[type[Failure], ...]
    unforeseen: type[Unavailable]
    fits: Fits | None = None
    line: Callable[[str], Callable[..., Any]] = in_this_thread
    pause: float = 0.2
    patience: float = 1.0
    may_wait: bool = False
    insists: bool = False

    def alone(self) -> Policy:
        """The policy of a vendor that nobody stands in for: a breaker would only add its rest to a task's back-off."""
        return replace(self, insists=self.may_wait)


def questions(deadline: float) -> Policy:
    """To ask twice, or somebody else, changes nothing; nor does it to hang up on a call that goes on."""
    return Policy(deadline=deadline, final=(Rejected,), unforeseen=Unavailable, line=on_lines_of_its_own)


def messages(deadline: float, fits: Fits | None = None) -> Policy:
    """What may have been sent is not sent again: an answer that never came, or makes no sense, leaves it in doubt."""
    return Policy(deadline=deadline, final=(Rejected, Unanswered), unforeseen=Unanswered, fits=fits, may_wait=True)


def charges(deadline: float) -> Policy:
    """Money is asked for at one place only."""
    return Policy(deadline=deadline, final=(Failure,), unforeseen=Unanswered)


POLICIES = {
    "mail": messages(60.0),
    "sms": messages(30.0),
    "calls": messages(30.0),
    "push": messages(30.0, who_reaches_it),
    "geocoder": questions(1.8),
    "geolocation": questions(1.8),
    "social": questions(1.8),
}
"""A page has to answer within 2 s (design: the rule that prevents most trouble); the rest is its own."""
