"""English and German: which one a visitor reads, how it is chosen, and what it looks like."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from entrypoints.languages import catalogue, day, exact, moment, number

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
NOON = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "lang"),
    [
        ("", "en"), ("de-AT,de;q=0.9", "de"), ("fr,de;q=0.3,en;q=0.2", "de"), ("en-GB,de;q=0.9", "en"), ("fr", "en"),
        ("de;q=0,fr", "en"), ("DE", "de"), (";;", "en"),
    ],
)  # fmt: skip
def test_page_is_in_the_best_language_the_browser_asks_for(client, asked, lang):
    page = client.get("/contact", headers={"Accept-Language": asked})
    assert (f'<html lang="{lang}">' in page.text, page.headers["Content-Language"]) == (True, lang)
    assert {"accept-language", "cookie"} <= {name.lower() for name in page.vary}


def test_chosen_language_stays_and_leads_back(client):
    chosen = client.post("/language", data={"language": "de", "next": "/contact?about=engines"})
    assert (chosen.status_code, chosen.location) == (303, "/contact?about=engines")
    assert "Schreiben Sie uns" in client.get("/contact", headers={"Accept-Language": "en"}).text
    client.post("/language", data={"language": "en", "next": "/"})
    assert "Write to us" in client.get("/contact", headers=GERMAN).text


def test_switch_works_without_javascript_on_every_page(client):
    page = client.get("/contact", headers=GERMAN).text
    assert 'method="post" action="/language"' in page
    assert '<input type="hidden" name="next" value="/contact">' in page
    assert 'name="language" value="de" lang="de" aria-current="true">Deutsch<' in page


@pytest.mark.parametrize(
    "address", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_switch_leads_nowhere_else(client, address):
    assert client.post("/language", data={"language": "de", "next": address}).location == "/"


@pytest.mark.parametrize("language", ["", "fr", "../de", "de\x00"])
def test_unknown_language_is_refused_and_nothing_kept(client, language):
    answer = client.post("/language", data={"language": language})
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (422, False)


def test_language_is_not_switched_from_another_site(client):
    client.set_cookie("language", "en")
    refused = client.post("/language", data={"language": "de"}, headers={"Origin": "https://evil.example"})
    assert refused.status_code == 403


def test_forged_cookie_is_as_good_as_none(client):
    client.set_cookie("language", "../../etc/passwd")
    assert client.get("/contact").headers["Content-Language"] == "en"


@pytest.mark.parametrize(
    ("accept", "written"),
    [
        ("en", ("1 March 2026", "1 March 2026, 12:30:00 UTC", "1,234,567", "0.86305")),
        ("de", ("1. März 2026", "1. März 2026, 12:30:00 UTC", "1.234.567", "0,86305")),
    ],
)
def test_days_and_numbers_have_the_form_of_the_language(site, accept, written):
    with site.test_request_context(headers={"Accept-Language": accept}):
        assert (day(date(2026, 3, 1)), moment(NOON), number(1_234_567), exact(Decimal("0.86305"))) == written


def test_programs_are_answered_in_english(client):
    answer = client.get("/api/v1/tasks/nothing", headers={**GERMAN, "Accept": "application/json"})
    assert answer.json["title"] == "Not found"


def test_problem_is_told_in_the_language_of_the_page(client):
    assert "Nicht gefunden" in client.get("/nowhere", headers={**GERMAN, "Accept": "text/html"}).text


def test_catalogue_of_english_is_the_code_itself():
    assert catalogue("en").gettext("Saved.") == "Saved."
