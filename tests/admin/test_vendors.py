"""The page of the vendors: how each stands, in colour and word, and what an operator may do to it."""

import re
from decimal import Decimal

import pytest
from tests.admin.browser import PASSWORD, Browser

from adapters.clock import SystemClock
from adapters.resilience.breakers import MemoryBreakers
from core.domain.vendors import Price
from core.ports.metering import CapReached
from core.ports.vendors import Call, Outcome

PAGE = "/admin/vendors/"


@pytest.fixture
def app(make_app):
    """A site whose breakers are its own."""
    made = make_app(breakers=MemoryBreakers(SystemClock()))
    with made.uow.transaction():
        made.accounts.first_admin("admin@example.com", PASSWORD)
    return made


@pytest.fixture
def call(app):
    """Have a vendor called: `call("sms:sandbox", Outcome.DONE, 0.2)`."""

    def note(vendor, outcome=Outcome.DONE, seconds=0.03, said=""):
        told = {"vendor": vendor, "verb": "send", "at": app.clock.now(), "said": said}
        app.meter.note(Call(seconds=seconds, outcome=outcome, **told))
        app.meter.flush()

    return note


def row(page, vendor):
    """What stands in a vendor's line, as people read it."""
    found = re.search(rf'<tr id="{vendor.replace(":", "-")}">(.*?)</tr>', page, re.S)
    cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", found.group(1), re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]


def heading(page, channel):
    return " ".join(re.sub(r"<[^>]+>", " ", re.search(rf'id="channel-{channel}">(.*?)</h2>', page).group(1)).split())


def overall(page):
    return re.search(r'class="notice (\w+)" id="overall">([^<]+)<', page).groups()


def test_page_turns_yellow_and_green_again_with_the_last_call(app, browser, call):
    assert overall(browser.get(PAGE).text) == ("success", "Every channel is well.")
    call("sms:sandbox", seconds=0.4)
    call("sms:sandbox", Outcome.UNAVAILABLE, 2.5, "It was told to fail.")
    page = browser.get(PAGE).text
    assert overall(page) == ("warning", "Every channel is served, but not every vendor is well.")
    assert (heading(page, "sms"), heading(page, "mail")) == ("SMS troubled", "Mail well")
    assert row(page, "sms:sandbox")[:6] == ["sandbox", "failing", "500 ms", "2.5 s", "50 % of 2", "50 % of 2"]
    assert row(page, "sms:sandbox")[7].startswith("It was told to fail.")
    call("sms:sandbox")
    assert overall(browser.get(f"{PAGE}?part=live").text) == ("success", "Every channel is well.")


def test_alternative_is_named_and_nobody_is_red(app, browser):
    app.breakers.hold_open("sms:sandbox")
    page = browser.get(PAGE).text
    assert heading(page, "sms") == "SMS on an alternative"
    assert "Just now understudy is asked first." in page
    app.breakers.hold_open("sms:understudy")
    page = browser.get(PAGE).text
    assert overall(page) == ("danger", "A channel is served by nobody.")
    assert "Nobody is asked just now." in page


def test_breaker_is_opened_closed_and_reset_with_an_audit(app, browser, acts):
    browser.get(PAGE)
    for deed, word in (("open", "not asked Somebody chose: never ask."), ("close", "well Somebody chose: always ask."),
                       ("reset", "well")):  # fmt: skip
        page = browser.post(f"{PAGE}act/", {"do": deed, "vendor": "sms:sandbox"}, follow_redirects=True).text
        assert row(page, "sms:sandbox")[1] == word
    assert [(act["action"], act["label"]) for act in acts() if act["kind"] == "vendor"] == [
        ("reset", "sms:sandbox"), ("closed", "sms:sandbox"), ("opened", "sms:sandbox")
    ]  # fmt: skip


@pytest.mark.parametrize("form", [{"do": "open", "vendor": "sms:nobody"}, {"do": "all", "vendor": "sms:sandbox"}, {}])
def test_forged_deed_is_answered_with_a_sentence(browser, form):
    browser.get(PAGE)
    assert browser.post(f"{PAGE}act/", form).status_code == 404


def test_staff_looks_and_puts_no_breaker_anywhere(app, site, people, acts):
    staff = Browser(site)
    staff.sign_in("staff@example.org")
    page = staff.get(PAGE).text
    assert ("sandbox" in page, 'value="open"' in page) == (True, False)
    assert staff.post(f"{PAGE}act/", {"do": "open", "vendor": "sms:sandbox"}).status_code == 403
    assert [act for act in acts() if act["kind"] == "vendor"] == []


def test_cost_stands_beside_the_cap_and_what_was_refused_above(app, browser, call):
    now = app.clock.now()
    with app.uow.transaction():
        app.prices.add(Price(id="prc_1", vendor="sms:sandbox", verb="send", price=Decimal("1.25"), unit="part",
                             created_at=now, updated_at=now))  # fmt: skip
    call("sms:sandbox")
    app.meter.refused(CapReached(cap="country NG", sentence="The number is of NG."))
    app.meter.flush()
    page = browser.get(PAGE).text
    assert row(page, "sms:sandbox")[6] == "1.25 of 50.00 USD"
    assert "Refused today: The number is of NG." in page


def test_prices_are_changed_here_and_minutes_are_only_read(app, browser, call):
    call("sms:sandbox")
    with app.uow.transaction():
        app.tariff.declare()
    assert "0.00645" in browser.get("/admin/prices/?vendor.contains=sms:sns").text
    assert browser.get("/admin/prices/new/").status_code == 200
    assert "sms:sandbox" in browser.get("/admin/metered-minutes/?vendor.contains=sms").text
    assert browser.get("/admin/metered-minutes/new/").status_code == 404
