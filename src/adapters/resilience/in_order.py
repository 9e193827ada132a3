"""A port with several vendors behind it: asked one after the other until one answers, all within one deadline."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from adapters.resilience.order import AS_SET, Order
from adapters.resilience.policy import POLICIES, Policy
from adapters.resilience.vendor import Guards, Question, Vendor, question
from core.domain.kernel.deadlines import is_over, time_left, within
from core.domain.kernel.errors import Rejected, Unavailable


def in_order(
    channel: str, vendors: Iterable[tuple[str, Any]], guards: Guards, policy: Policy | None = None, *,
    order: Order = AS_SET,
) -> Any:  # fmt: skip
    """Return what stands for the channel's port: every verb of its vendors, best first.

    `vendors` are pairs of a name and an adapter, or `later(build)` for one that is built when it is first asked. The
    policy is the channel's own unless another is given; `order` says who is best just now.
    """
    vendors = list(vendors)
    chosen = policy or POLICIES[channel]
    chosen = chosen if len(vendors) > 1 else chosen.alone()
    return InOrder([Vendor(f"{channel}:{name}", adapter, guards, chosen) for name, adapter in vendors], chosen, order)


class InOrder:
    """Any port. What is no verb is what the first vendor has; sets (`Push.kinds`) are what all have together."""

    def __init__(self, vendors: Sequence[Vendor], policy: Policy, order: Order) -> None:
        self._vendors, self._policy, self._order = vendors, policy, order

    def __getattr__(self, name: str) -> Any:
        """Make a verb at its first use; from then on it is an ordinary attribute."""
        if name.startswith("_"):
            raise AttributeError(name)
        found = getattr(self._vendors[0].adapter, name)
        if callable(found):
            return self.__dict__.setdefault(name, partial(self._ask, name))
        if isinstance(found, frozenset):
            return frozenset().union(*(getattr(vendor.adapter, name) for vendor in self._vendors))
        return found

    def _ask(self, verb: str, /, *given: Any, **named: Any) -> Any:
        asked = question(verb, given, named)
        vendors = self._order.arrange([vendor for vendor in self._vendors if vendor.fits(asked)])
        if not vendors:
            raise Rejected("No vendor of ours reaches this. Choose one that does in the settings.")
        with within(self._policy.deadline if time_left() == math.inf else math.inf):
            return self._first(vendors, asked)

    def _first(self, vendors: Sequence[Vendor], asked: Question) -> Any:
        """The first answer. Each vendor may take its share of the time that is left, and leaves the rest to others."""
        said: list[Unavailable] = []
        for place, vendor in enumerate(vendors):
            if is_over():
                said.append(Unavailable(f"There was no time left to ask {vendor.name}."))
                continue
            try:
                with within(time_left() / (len(vendors) - place)):
                    return vendor.ask(asked)
            except Unavailable as away:
                self._order.note_failure(vendor.name)
                if isinstance(away, self._policy.final):
                    raise
                said.append(away)
        raise _of_all(said)


def _of_all(said: Sequence[Unavailable]) -> Unavailable:
    """One failure for all of them: what each said, and when the first of them may answer again."""
    waits = [away.retry_after for away in said if away.retry_after]
    return Unavailable(" ".join(away.sentence for away in said), min(waits, default=None))
