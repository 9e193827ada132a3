"""Stepping into dates: years, months, days, and what is none of them."""

from datetime import date

import pytest

from core.domain.records import calendar
from core.domain.records.calendar import Width

FEBRUARY = calendar.month(2028, 2)


@pytest.mark.parametrize(
    ("first", "last", "width"),
    [
        (date(2028, 1, 1), date(2028, 12, 31), Width.YEAR),
        (date(2028, 2, 1), date(2028, 2, 29), Width.MONTH),
        (date(2028, 2, 1), date(2028, 2, 28), None),
        (date(2028, 2, 3), date(2028, 2, 3), Width.DAY),
        (date(2028, 1, 1), date(2029, 12, 31), None),
        (None, date(2028, 2, 3), None),
        (date.max, date.max, Width.DAY),
    ],
)
def test_step_is_a_year_a_month_a_day_or_nothing(first, last, width):
    found = calendar.step(first, last)
    assert (found.width if found else None) == width


def test_trail_leads_from_the_year_to_the_step():
    day = calendar.step(date(2028, 2, 29), date(2028, 2, 29))
    assert [one.label for one in calendar.trail(day)] == ["2028", "February", "29 February"]
    assert calendar.trail(None) == []


def test_steps_within_are_consecutive_and_whole():
    days = calendar.within(FEBRUARY, date.min, date.max)
    assert [one.label for one in days][::28] == ["1 February", "29 February"]
    assert calendar.edges(days)[-1] == date(2028, 3, 1)
    assert len(calendar.within(calendar.year(2028), date.min, date.max)) == 12
    assert calendar.within(days[0], date.min, date.max) == []


def test_years_are_the_latest_sixty():
    assert [one.label for one in calendar.within(None, date(1, 1, 1), date(2028, 5, 6))][::59] == ["1969", "2028"]
    assert calendar.edges([calendar.year(9999)]) == [date(9999, 1, 1), date.max]
