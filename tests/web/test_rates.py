"""Rates on the site and in the API: decimals as text, refusals as problems, age and source said."""

from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.clock import SetClock
from core.domain.rates import _rows
from entrypoints.web import make_web


@pytest.fixture
def rated(make_app):
    """The sandbox's rates on a Tuesday."""
    app = make_app(clock=SetClock(datetime(2026, 11, 24, 18, tzinfo=UTC)))
    with app.uow.transaction():
        for day in app.exchange.history().days:
            app.exchange_rates.keep(_rows(day, app.clock.now()))
    return app


@pytest.fixture
def ask(rated):
    """Ask the API: `ask("/rates", day="…")`."""
    client = make_web(rated).test_client()
    return lambda path, **given: client.get(f"/api/v1{path}", query_string=given)


def test_rates_are_decimals_in_text(ask):
    told = ask("/rates").json
    assert (told["day"], told["base"], told["source"], told["stale"]) == ("2026-11-24", "EUR", "sandbox", False)
    assert (told["rates"]["EUR"], told["rates"]["ISK"]) == ("1", told["rates"]["ISK"])
    assert {type(rate) for rate in told["rates"].values()} == {str}


def test_rates_of_a_sunday_are_those_of_friday(ask):
    assert ask("/rates", day="2026-11-22").json["day"] == "2026-11-20"


def test_rates_in_another_base(ask):
    euro, dollar = ask("/rates").json["rates"], ask("/rates", base="USD").json["rates"]
    assert (dollar["USD"], float(dollar["EUR"])) == ("1", pytest.approx(1 / float(euro["USD"])))


def test_conversion_there_and_back(ask):
    told = ask("/rates/convert", amount="1000.00", **{"from": "EUR", "to": "USD"}).json
    back = ask("/rates/convert", amount=told["result"], **{"from": "USD", "to": "EUR"}).json
    assert (told["amount"], told["from"], told["to"], back["result"]) == ("1000.00", "EUR", "USD", "1000.00")


@pytest.mark.parametrize(
    ("path", "given", "fields"),
    [
        ("/rates", {"base": "XXX"}, ["base"]),
        ("/rates", {"base": "<script>" * 50}, ["base"]),
        ("/rates", {"day": "yesterday"}, ["day"]),
        ("/rates", {"day": ""}, ["day"]),
        ("/rates/convert", {}, ["amount", "from", "to"]),
        ("/rates/convert", {"amount": "1e9", "from": "EUR", "to": "USD"}, ["amount"]),
        ("/rates/convert", {"amount": "1", "from": "EUR", "to": "\x00"}, ["to"]),
    ],
)
def test_bad_input_is_a_problem_that_names_the_field(ask, path, given, fields):
    answer = ask(path, **given)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert sorted(answer.json["errors"]) == fields


@pytest.mark.parametrize("day", ["0001-01-01", "1998-12-31"])
def test_day_before_all_rates_is_not_found(ask, day):
    assert ask("/rates", day=day).status_code == 404


def test_last_day_of_all_time_has_the_newest_rates(ask):
    assert ask("/rates", day="9999-12-31").json["day"] == "2026-11-24"


def test_unchanged_rates_are_not_sent_again(rated):
    client = make_web(rated).test_client()
    tag = client.get("/api/v1/rates").headers["ETag"]
    assert client.get("/api/v1/rates", headers={"If-None-Match": tag}).status_code == 304


def test_page_tells_rates_source_and_age(rated):
    page = make_web(rated).test_client().get("/rates?currency=chf").text
    assert ("CHF for one euro" in page, "of today" in page, "sandbox: real rates" in page) == (True, True, True)
    assert (page.count('<th scope="row"><a'), "data-stale" in page) == (29, False)


def test_page_says_when_rates_are_stale(rated):
    rated.clock.pass_by(days=8)
    page = make_web(rated).test_client().get("/rates?currency=<b>").text
    assert ("data-stale" in page, "8 days old" in page, "USD for one euro" not in page) == (True, True, True)


def test_page_without_rates_says_how_to_get_some(client):
    answer = client.get("/rates")
    assert (answer.status_code, "flask schedule run exchange-rates" in answer.text) == (200, True)
    assert client.get("/api/v1/rates").status_code == 404


def test_every_day_of_a_chart_can_be_read_as_a_number(rated):
    page = make_web(rated).test_client().get("/rates").text
    first = date(2026, 11, 24) - timedelta(days=120)
    days = [line.split('scope="row">')[1][:10] for line in page.splitlines() if 'scope="row">20' in line]
    assert (days[0], days[-1] >= first.isoformat()) == ("2026-11-24", True)
