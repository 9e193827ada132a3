"""Cron expressions in three time zones through a whole year: what a skipped and a repeated hour do to them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reckoning import BEGIN, END, ZONES, promised

from adapters.queue.cron import CronSimCron

CRON = CronSimCron()


def year(expression: str, zone: str) -> list[datetime]:
    """Every due instant of 2026."""
    due, found = BEGIN, []
    while (due := CRON.next_after(expression, zone, due)) < END:
        found.append(due)
    return found


@settings(max_examples=15, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    minutes=st.sets(st.integers(0, 59), min_size=1, max_size=3),
    hours=st.sets(st.integers(0, 4), min_size=1, max_size=3),
)
def test_every_wall_time_of_a_year_is_due_once(zone, minutes, hours):
    expression = f"{','.join(map(str, minutes))} {','.join(map(str, hours))} * * *"
    assert year(expression, zone) == promised(minutes, hours, zone)


@pytest.mark.parametrize("zone", ZONES[:2])
def test_every_hour_means_real_hours(zone):
    assert year("0 * * * *", zone) == [BEGIN + hours * timedelta(hours=1) for hours in range(1, 8760)]


def test_skipped_time_is_due_once_at_the_first_valid_instant():
    assert CRON.next_after("0,30 2 * * *", "Europe/Brussels", datetime(2026, 3, 29, tzinfo=UTC)) == datetime(
        2026, 3, 29, 1, tzinfo=UTC
    )


def test_repeated_time_is_not_due_again_while_it_repeats():
    within_the_second = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert CRON.next_after("30 2 * * *", "Europe/Brussels", within_the_second) == datetime(
        2026, 10, 26, 1, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "expression", ["", "16:15", "* * * *", "0 0 16 * * *", "61 * * * *", "0 0 30 2 *", "0 0 * * x"]
)
def test_unreadable_expressions_are_refused_with_a_sentence(expression):
    with pytest.raises(ValueError, match="Example: 0 16"):
        CRON.check(expression, "UTC")


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "Europe"])
def test_unknown_zones_are_refused_with_a_sentence(zone):
    with pytest.raises(ValueError, match="There is no time zone"):
        CRON.check("0 16 * * *", zone)
