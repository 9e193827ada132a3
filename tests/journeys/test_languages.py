"""A person who reads German: the switch without JavaScript, and pages whose longer words still fit a hand's width."""

import pytest

pytest.importorskip("playwright")

WIDE = "document.documentElement.scrollWidth > innerWidth"
PAGES = ["/admin/", "/admin/contact-messages/", "/admin/users/new/", "/admin/monitor/", "/admin/timetable/", "/contact"]


def test_language_is_chosen_in_the_footer_without_javascript(elsewhere, site):
    elsewhere.goto("/contact?about=engines")
    elsewhere.get_by_role("button", name="Deutsch").click()
    assert elsewhere.get_by_role("heading", level=1).inner_text() == "Schreiben Sie uns"
    assert elsewhere.url == f"{site.address}/contact?about=engines"
    elsewhere.goto("/login")
    elsewhere.get_by_role("button", name="English").click()
    assert elsewhere.get_by_role("heading", level=1).inner_text() == "Sign in"


def test_german_pages_fit_a_narrow_window(windows):
    with windows.lend(locale="de-DE", viewport={"width": 390, "height": 800}) as page:
        page.goto("/login")
        page.get_by_label("E-Mail-Adresse").fill("admin@example.com")
        page.get_by_label("Passwort").fill("correct horse battery")
        page.get_by_role("button", name="Anmelden").click()
        page.wait_for_url("**/admin/")
        wide = [path for path in PAGES if page.goto(path) and page.evaluate(WIDE)]
        assert (page.evaluate("document.documentElement.lang"), wide) == ("de", [])
