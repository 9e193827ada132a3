"""How two vendors share what is sent, after GOV.UK Notify: the one in trouble gives points to the other.

Points are of a hundred, moved ten at a time; it calls nobody. https://github.com/alphagov/notifications-api
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

STEP = 10
MOST_ERRORS = 50
"""In a minute; more are trouble."""
SLOW_SHARE = 0.15
"""Of the last 15 minutes' deliveries: so many later than 5 minutes are trouble."""
A_LOOK = timedelta(minutes=1)
"""Between two moves, so that one trouble is not paid for twice."""
QUIET = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Points by vendor, when they were moved last, and when somebody was last in trouble."""

    points: Mapping[str, int]
    moved_at: datetime
    troubled_at: datetime


def is_in_trouble(errors: int, slow_share: float | None) -> bool:
    """Whether a vendor with so many errors in the last minute, and so many late deliveries, is to be asked less."""
    return errors > MOST_ERRORS or (slow_share or 0.0) >= SLOW_SHARE


def rebalanced(shares: Shares, wanted: Mapping[str, int], troubled: Set[str], now: datetime) -> Shares:
    """Ten points from one in trouble to one that is well; back towards what is wanted after 15 quiet minutes.

    Where all are in trouble nothing is moved: it would only wander from one to the other.
    """
    seen = replace(shares, troubled_at=now) if troubled else shares
    well = [vendor for vendor in wanted if vendor not in troubled]
    if troubled and well and now - shares.moved_at >= A_LOOK:
        return _moved(seen, max(troubled, key=lambda vendor: shares.points[vendor]), well[0], STEP, now)
    if not troubled and now - max(shares.moved_at, shares.troubled_at) >= QUIET:
        return _towards(seen, wanted, now)
    return seen


def _towards(shares: Shares, wanted: Mapping[str, int], now: datetime) -> Shares:
    too_many = max(wanted, key=lambda vendor: shares.points[vendor] - wanted[vendor])
    too_few = min(wanted, key=lambda vendor: shares.points[vendor] - wanted[vendor])
    return _moved(shares, too_many, too_few, min(STEP, shares.points[too_many] - wanted[too_many]), now)


def _moved(shares: Shares, giver: str, taker: str, step: int, now: datetime) -> Shares:
    given = min(step, shares.points[giver])
    if not given:
        return shares
    points = {**shares.points, giver: shares.points[giver] - given, taker: shares.points[taker] + given}
    return replace(shares, points=points, moved_at=now)
