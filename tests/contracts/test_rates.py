"""Rates over every way to keep them: exact, replaced by day and currency, converted without a float."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.domain.kernel.errors import Invalid, NotFound
from core.domain.rates import ExchangeRate
from core.domain.records import Record

DAY = date(2026, 11, 24)


def keep(kept, day=DAY, **rates):
    rows = [
        ExchangeRate(
            id=f"{day}-{name}", day=day, currency=name, rate=Decimal(rate), source="ecb", fetched_at=kept.clock.now()
        )
        for name, rate in rates.items()
    ]
    with kept.uow.transaction():
        kept.exchange_rates.keep(rows)


def test_rates_come_back_exactly_and_by_day(kept):
    keep(kept, USD="1.0485", IDR="20275.17", TRL="1519210", GBP="0.00000001")
    keep(kept, DAY - timedelta(days=1), USD="1.04")
    with kept.uow.reading():
        newest, before = kept.rates.sheet(), kept.rates.sheet(DAY - timedelta(days=1))
        with pytest.raises(NotFound, match="Ask for a later day"):
            kept.rates.sheet(DAY - timedelta(days=2))
        assert kept.rates.series("USD", 10) == [(DAY - timedelta(days=1), Decimal("1.04")), (DAY, Decimal("1.0485"))]
    assert {name: str(rate) for name, rate in newest.rates.items()} == {
        "EUR": "1", "GBP": "1E-8", "IDR": "20275.17", "TRL": "1519210", "USD": "1.0485",
    }  # fmt: skip
    assert (before.day, before.rates["USD"]) == (DAY - timedelta(days=1), Decimal("1.04"))


def test_rate_of_the_same_day_is_replaced(kept):
    keep(kept, USD="1.04")
    keep(kept, USD="1.05")
    with kept.uow.reading():
        assert kept.rates.series("USD", 10) == [(DAY, Decimal("1.05"))]


@pytest.mark.parametrize(
    ("amount", "source", "target", "result"),
    [
        ("100", "EUR", "USD", "104.85"),
        ("0.005", "EUR", "EUR", "0.00"),
        ("0.015", "EUR", "EUR", "0.02"),
        ("100", "USD", "EUR", "95.37"),
        ("1", "USD", "JPY", "154"),
        ("999999999999999999.99", "JPY", "USD", "6491456166419019.32"),
    ],
)
def test_conversion_is_exact_until_it_is_rounded(kept, amount, source, target, result):
    keep(kept, USD="1.0485", JPY="161.52")
    with kept.uow.reading():
        assert str(kept.rates.convert(amount, source, target).result) == result


@pytest.mark.parametrize("amount", ["", "-1", "1e3", "NaN", "Infinity", "1,5", "1.", "٣", "1" * 19, "0x1", " 1"])
def test_amount_that_is_none_is_refused(kept, amount):
    keep(kept, USD="1.0485")
    with kept.uow.reading(), pytest.raises(Invalid) as refused:
        kept.rates.convert(amount, "XXX", "usd")
    assert sorted(refused.value.fields) == ["amount", "from", "to"]


@pytest.mark.parametrize(("today", "stale"), [(24, False), (27, False), (29, False), (30, True)])
def test_rates_are_stale_after_three_working_days(kept, clock, today, stale):
    keep(kept, USD="1.0485")
    clock.instant = clock.now().replace(day=today)
    with kept.uow.reading():
        assert kept.rates.is_stale(kept.rates.sheet()) is stale


def test_no_rates_yet_says_how_to_get_some(kept):
    with kept.uow.reading(), pytest.raises(NotFound, match="flask schedule run exchange-rates"):
        kept.rates.sheet()


def test_years_of_rates_lead_into_their_list(kept):
    declared = Record(ExchangeRate, "exchange rate", ("day",), filters=("day",))
    keep(kept, date(2024, 12, 31), USD="1.05")
    keep(kept, date(2026, 1, 1), USD="1.05")
    with kept.uow.reading():
        told = kept.surroundings.around(declared, declared.question(), days={})
    assert [step.label for step in told.dates.steps] == ["2024", "2026"]
