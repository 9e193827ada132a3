"""How two vendors share what is sent, minute by minute, as the clock of a test goes."""

from datetime import UTC, datetime, timedelta

import pytest

from core.domain.vendors.balance import Shares, is_in_trouble, rebalanced

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WANTED = {"a": 50, "b": 50}


def after(minutes, troubled=lambda minute: set(), points=None, wanted=WANTED):
    """The points of a, minute by minute."""
    shares = Shares(points=points or wanted, moved_at=NOON - timedelta(hours=1), troubled_at=NOON - timedelta(hours=1))
    seen = []
    for minute in range(minutes):
        shares = rebalanced(shares, wanted, troubled(minute), NOON + timedelta(minutes=minute))
        assert sum(shares.points.values()) == 100
        seen.append(shares.points["a"])
    return seen


@pytest.mark.parametrize(
    ("errors", "slow_share", "expected"),
    [(0, None, False), (50, 0.0, False), (51, 0.0, True), (0, 0.149, False), (0, 0.15, True), (0, 1.0, True)],
)
def test_trouble_begins_above_fifty_errors_or_at_fifteen_percent_late(errors, slow_share, expected):
    assert is_in_trouble(errors, slow_share) is expected


def test_vendor_in_trouble_gives_ten_points_a_minute_until_it_has_none():
    assert after(7, lambda minute: {"a"}) == [40, 30, 20, 10, 0, 0, 0]


def test_nothing_moves_while_both_are_in_trouble():
    assert after(30, lambda minute: {"a", "b"}) == [50] * 30


def test_points_are_not_moved_twice_within_a_minute():
    first = rebalanced(Shares(points=WANTED, moved_at=NOON - timedelta(hours=1), troubled_at=NOON), WANTED, {"a"}, NOON)
    again = rebalanced(first, WANTED, {"a"}, NOON + timedelta(seconds=59))
    assert (first.points, again.points) == ({"a": 40, "b": 60}, {"a": 40, "b": 60})


def test_points_drift_back_ten_at_a_time_after_fifteen_quiet_minutes():
    seen = after(60, lambda minute: {"a"} if minute < 3 else set())
    assert seen == [40, 30] + [20] * 15 + [30] * 15 + [40] * 15 + [50] * 13


def test_trouble_in_between_begins_the_quiet_anew():
    seen = after(40, lambda minute: {"a"} if minute == 0 else {"a", "b"} if minute == 10 else set())
    assert seen == [40] * 25 + [50] * 15


def test_first_alone_is_wanted_and_the_second_stands_in():
    wanted = {"a": 100, "b": 0}
    assert after(33, lambda minute: {"a"} if minute < 2 else set(), wanted=wanted) == (
        [90] + [80] * 15 + [90] * 15 + [100] * 2
    )
