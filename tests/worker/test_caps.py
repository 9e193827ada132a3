"""What may be spent and where messages may go: refused in a sentence, counted to the last hundredth of a cent."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from adapters.clock import SetClock
from adapters.countries import country_of
from adapters.memory import in_memory
from adapters.purse import LocalPurse, RedisPurse
from adapters.queue.inline import InlineWakeUps
from adapters.queue.rq import connect
from core.domain.kernel.errors import Conflict, TooDear
from core.domain.kernel.money import Money
from core.ports.vendors import Call, Outcome
from entrypoints.config import Settings
from entrypoints.container import build

SETTINGS = {"caps": {"vendor_a_day": "0.02", "user_a_day": "0.0125", "countries": "us, DE"}}
NUMBER = "+14155550123"


@pytest.fixture
def clock():
    return SetClock(datetime(2026, 11, 24, 23, 59, tzinfo=UTC))


@pytest.fixture
def capped(tmp_path, clock):
    """An application in memory that may spend two cents a day with a vendor, and refuses without a Redis."""
    app = build(
        Settings(home=tmp_path / "home", redis_url=f"unix://{tmp_path}/nowhere", **SETTINGS),
        **in_memory(clock, InlineWakeUps()),
    )
    yield app
    app.meter.close()


def refusals(app):
    app.meter.flush()
    with app.uow.reading():
        return [one.cap for one in app.minutes.refusals(app.clock.now().date())]


def test_vendor_is_not_asked_beyond_its_cap_until_the_next_day(capped, clock):
    for _ in range(2):
        capped.budget.check("sms:twilio", NUMBER)
    for _ in range(2):
        with pytest.raises(TooDear, match=r"The 0.02 USD that may be spent with sms:twilio in a day are used up"):
            capped.budget.check("sms:twilio", NUMBER)
    capped.budget.check("sms:sns", NUMBER)
    assert refusals(capped) == ["vendor sms:twilio"]
    clock.pass_by(seconds=120)
    capped.budget.check("sms:twilio", NUMBER)
    assert refusals(capped) == []


def test_person_is_refused_while_others_are_served(capped):
    capped.budget.check("sms:twilio", NUMBER, user="usr_1")
    with pytest.raises(TooDear, match=r"for the user usr_1 .* raise ENGINEBAY_CAPS__USER_A_DAY"):
        capped.budget.check("sms:twilio", NUMBER, user="usr_1")
    capped.budget.check("sms:twilio", NUMBER, user="usr_2")
    assert refusals(capped) == ["user usr_1"]


@pytest.mark.parametrize(
    ("number", "said"),
    [("+2348031234567", "The number is of NG"), ("+18095550123", "The number is of DO"),
     ("+881612345678", "The number belongs to none"), ("0800 1234", "The number belongs to none")],
)  # fmt: skip
def test_number_of_another_country_is_refused(capped, number, said):
    with pytest.raises(TooDear, match=rf"{said}.*add it to ENGINEBAY_CAPS__COUNTRIES"):
        capped.budget.check("calls:sandbox", number)


def test_what_charges_nothing_and_goes_to_no_number_is_never_counted(capped):
    for _ in range(100):
        capped.budget.check("mail:smtp", "ada@example.ng", user="usr_1")
    assert refusals(capped) == []


def test_call_that_was_not_carried_out_costs_nothing(capped):
    for _ in range(10):
        capped.budget.check("sms:twilio", NUMBER)
        capped.meter.note(_call(capped, Outcome.UNAVAILABLE))
        capped.meter.flush()
    capped.budget.check("sms:twilio", NUMBER)
    capped.meter.note(_call(capped, Outcome.DONE, units=2))
    capped.meter.flush()
    with pytest.raises(TooDear):
        capped.budget.check("sms:twilio", NUMBER)
    with capped.uow.reading():
        assert capped.minutes.spent(capped.clock.now().date(), ["vendor sms:twilio"]) == {
            "vendor sms:twilio": Decimal("0.0166")
        }


def _call(app, outcome, units=1):
    return Call(vendor="sms:twilio", verb="send", at=app.clock.now(), seconds=0.1, outcome=outcome, units=units,
                to=NUMBER)  # fmt: skip


@pytest.mark.parametrize("away", [False, True])
def test_processes_share_what_is_left_and_begin_with_what_is_kept(valkey, clock, away, tmp_path):
    """An empty Redis makes nobody richer, and one that is away is not waited for."""

    def kept(day, account):
        return Decimal("0.01") if account == "vendor sms:twilio" else Decimal(0)

    redis = connect(f"unix://{tmp_path}/nowhere" if away else valkey, timeout=0.05)
    purses = [RedisPurse(redis, LocalPurse(kept, clock), kept, clock) for _ in range(2)]
    caps = {"vendor sms:twilio": Decimal("0.03"), "user usr_1": Decimal("0.015")}
    assert [purse.take(caps, Decimal("0.01")) for purse in purses] == ["", "" if away else "user usr_1"]
    purses[0].at_least({"vendor sms:twilio": Decimal("0.025")})
    alone = {"vendor sms:twilio": Decimal("0.03")}
    assert purses[0].take(alone, Decimal("0.01")) == "vendor sms:twilio"
    purses[0].give_back("vendor sms:twilio", Decimal("0.01"))
    assert purses[0].take(alone, Decimal("0.01")) == ""
    redis.close()


def test_money_in_the_hands_of_processes_never_adds_up_to_more_than_the_cap(valkey, clock):
    """Far from the cap a process takes money for ten calls at once; what it has not spent is nobody else's."""
    redis = connect(valkey, timeout=0.5)
    purses = [RedisPurse(redis, LocalPurse(lambda *_: Decimal(0), clock), lambda *_: Decimal(0), clock) for _ in "ab"]
    cap = {"vendor sms:sliced": Decimal("3.00")}
    granted = [purse.take(cap, Decimal("0.01")) for _ in range(400) for purse in purses].count("")
    assert granted == 300
    clock.pass_by(days=1)
    assert purses[0].take(cap, Decimal("0.01")) == ""
    redis.close()


@pytest.mark.parametrize(
    ("number", "country"),
    [("+14155550123", "US"), ("+16135550123", "CA"), ("+4915112345678", "DE"), ("+447700900123", "GB"), ("", ""),
     ("+881612345678", ""), ("nonsense", "")],
)  # fmt: skip
def test_country_is_told_by_the_number(number, country):
    assert country_of(number) == country


def test_money_is_exact_and_of_one_currency():
    sms = Money(Decimal("0.0083"), "USD")
    assert (str(sms * 3), str(sms + sms), str(Money(Decimal(5), "EUR"))) == ("0.0249 USD", "0.0166 USD", "5.00 EUR")
    assert str(Money(Decimal("1234.5"), "USD")) == "1,234.50 USD"
    with pytest.raises(Conflict):
        sms + Money(Decimal(1), "EUR")
    for amount, currency in (("NaN", "USD"), ("1", "usd"), ("0.000000001", "USD")):
        with pytest.raises(ValueError, match=r"currency|digits"):
            Money(Decimal(amount), currency)
