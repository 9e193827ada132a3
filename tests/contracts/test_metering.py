"""The books of vendors over every way to keep them: sums that grow, hours, failures, spending, prices."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.domain.kernel.errors import Conflict
from core.domain.records import Record
from core.domain.vendors import MeteredMinute, Price
from core.domain.vendors.minutes import percentile
from core.ports.metering import CapReached, Refusal
from core.ports.vendors import Call, Outcome

HOUR = timedelta(hours=1)


def call(kept, outcome=Outcome.DONE, seconds=0.03, **named):
    told = {"vendor": "sms:twilio", "verb": "send", "at": kept.clock.now(), "to": "+14155550123", **named}
    return Call(seconds=seconds, outcome=outcome, **told)


def write(kept, *calls, refusals=()):
    page = kept.bookkeeper.page(calls, refusals)
    with kept.uow.transaction():
        return kept.books.write(page)


def test_calls_of_a_minute_are_added_up_exactly(kept, clock):
    write(kept, call(kept), call(kept, units=3, seconds=0.7))
    write(kept, call(kept, Outcome.UNAVAILABLE, 4, said="It answers 503."), call(kept, Outcome.REJECTED))
    with kept.uow.reading():
        (minute,) = kept.minutes.since(clock.now() - HOUR)
    sums = (minute.calls, minute.done, minute.unavailable, minute.rejected, minute.failures, minute.units)
    assert sums == (4, 2, 1, 1, 1, 4)
    assert (minute.total_ms, minute.longest_ms) == (4760, 4000)
    assert (minute.to_50, minute.to_1000, minute.to_5000) == (2, 1, 1)
    assert (minute.cost, minute.currency) == (Decimal("0.0332"), "USD")
    assert (minute.said, minute.is_failing) == ("It answers 503.", False)


def test_last_call_says_whether_a_vendor_fails(kept, clock):
    write(kept, call(kept), call(kept, Outcome.UNANSWERED, said="No answer."))
    with kept.uow.reading():
        assert [one.is_failing for one in kept.minutes.since(clock.now() - HOUR)] == [True]
    write(kept, call(kept))
    with kept.uow.reading():
        assert [(one.is_failing, one.said) for one in kept.minutes.since(clock.now() - HOUR)] == [(False, "No answer.")]


def test_hours_add_up_minutes_by_vendor(kept, clock):
    began = clock.now()
    write(kept, call(kept), call(kept, vendor="sms:sns"))
    clock.pass_by(seconds=70)
    write(kept, call(kept, Outcome.BROKEN))
    clock.pass_by(seconds=3600)
    write(kept, call(kept))
    with kept.uow.reading():
        hours = kept.minutes.hours(began)
    assert [(one.minute - began, one.vendor, one.calls, one.failures) for one in hours] == [
        (0 * HOUR, "sms:sns", 1, 0), (0 * HOUR, "sms:twilio", 2, 1), (HOUR, "sms:twilio", 1, 0)
    ]  # fmt: skip
    assert [one.cost for one in hours] == [Decimal("0.00645"), Decimal("0.0166"), Decimal("0.0083")]


def test_newest_failure_of_each_vendor_is_found(kept, clock):
    write(kept, call(kept, Outcome.UNAVAILABLE, said="First."), call(kept, vendor="sms:sns"))
    clock.pass_by(seconds=60)
    write(kept, call(kept, Outcome.UNAVAILABLE, said="Second."))
    with kept.uow.reading():
        assert [(one.vendor, one.said) for one in kept.minutes.last_failures(clock.now() - HOUR)] == [
            ("sms:twilio", "Second.")
        ]


def test_spending_of_a_day_grows_by_account(kept, clock):
    assert write(kept, call(kept), call(kept, user="usr_1", units=2)) == {
        "vendor sms:twilio": Decimal("0.0249"), "user usr_1": Decimal("0.0166")
    }  # fmt: skip
    assert write(kept, call(kept, user="usr_1")) == {
        "vendor sms:twilio": Decimal("0.0332"), "user usr_1": Decimal("0.0249")
    }  # fmt: skip
    with kept.uow.reading():
        assert kept.minutes.spent(clock.now().date() - timedelta(days=1), ["user usr_1"]) == {}


def test_cap_tells_of_its_first_refusal_of_a_day_only(kept, clock):
    told = CapReached(cap="country NG", sentence="Not there.")
    for _ in range(3):
        write(kept, refusals=[told, told])
    with kept.uow.reading():
        assert kept.minutes.refusals(clock.now().date()) == [
            Refusal(day=clock.now().date(), cap="country NG", sentence="Not there.")
        ]
        tasks = [task.name for task in kept.ledger.recent(10)]
    assert tasks == ["alert.spending-refused"]
    clock.pass_by(seconds=24 * 3600)
    write(kept, refusals=[told])
    with kept.uow.reading():
        assert len(kept.ledger.recent(10)) == 2


def test_old_minutes_are_forgotten(kept, clock):
    write(kept, call(kept), refusals=[CapReached(cap="country NG", sentence="Not there.")])
    began = clock.now()
    clock.pass_by(seconds=86_400)
    write(kept, call(kept))
    clock.pass_by(seconds=90 * 86_400 - 60)
    with kept.uow.transaction():
        assert kept.books_upkeep.tidy(None)["minutes"] == 1
        assert kept.minutes.refusals(began.date()) == []
    with kept.uow.reading():
        assert [one.minute for one in kept.minutes.since(began)] == [began + 24 * HOUR]


def test_declared_prices_are_laid_out_and_those_of_an_administrator_stay(kept, clock):
    with kept.uow.transaction():
        declared = kept.tariff.declare()
        mine = next(one for one in kept.prices.all() if (one.vendor, one.country) == ("sms:twilio", "US"))
        mine.price = Decimal("0.5")
    clock.pass_by(seconds=60)
    with kept.uow.transaction():
        assert (declared > 5, kept.tariff.declare()) == (True, 0)
    assert str(kept.tariff.of("sms:twilio", "send", "US")) == "0.50 USD"
    assert str(kept.tariff.of("sms:twilio", "send", "DE")) == "0.11 USD"
    assert not kept.tariff.of("mail:smtp", "send")


def test_second_price_for_the_same_is_refused(kept, clock):
    now = clock.now()
    same = {"vendor": "sms:sns", "verb": "send", "price": Decimal(1), "unit": "part", "created_at": now,
            "updated_at": now}  # fmt: skip
    with pytest.raises(Conflict), kept.uow.transaction():
        kept.prices.add(Price(id="prc_1", **same))
        kept.prices.add(Price(id="prc_2", **same))


def test_minutes_are_records_to_be_filtered_by_vendor_and_time(kept):
    write(kept, call(kept), call(kept, vendor="sms:sns"))
    declared = Record(MeteredMinute, "metered minute", ("minute", "vendor", "cost"), filters=("vendor", "minute"))
    with kept.uow.reading():
        asked = declared.question(filters={("vendor", "is"): "sms:sns"})
        assert [row["cost"] for row in kept.records.page(declared, asked, 10).rows] == [Decimal("0.00645")]


@pytest.mark.parametrize(
    ("seconds", "p50", "p95"),
    [([], None, None), ([0.1] * 10, 75, 98), ([0.015] * 90 + [3] * 10, 16, 2500), ([25], 22500, 24750)],
)
def test_percentiles_are_read_from_the_histogram(kept, clock, seconds, p50, p95):
    write(kept, *(call(kept, seconds=one) for one in seconds))
    with kept.uow.reading():
        minutes = kept.minutes.since(clock.now() - HOUR)
    assert (percentile(minutes, 0.5), percentile(minutes, 0.95)) == (p50, p95)
