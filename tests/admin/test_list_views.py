"""A list as one wants it: columns and views kept on the page, steps by date, ends, and forged addresses."""

import pytest
from tests.admin.browser import Browser

LIST = "/admin/contact-messages/"


@pytest.fixture
def staff(site, people):
    made = Browser(site)
    made.sign_in("staff@example.org")
    return made


def heads(page):
    return [part.split("<")[0].strip() for part in page.text.split("<thead>")[1].split("</thead>")[0].split('">')
            if part.split("<")[0].strip()]  # fmt: skip


def test_columns_are_chosen_and_kept(browser, staff, message):
    message()
    browser.get(LIST)
    answer = browser.post(f"{LIST}columns/", {"columns": ["subject", "email"], "back": "search=ada"})
    assert (answer.status_code, answer.location) == (303, f"{LIST}?search=ada")
    assert heads(browser.get(LIST))[:3] == ["Subject", "E-mail", "Change"]
    assert "Received" in heads(staff.get(LIST))
    browser.post(f"{LIST}columns/", {"declared": "yes", "back": ""})
    assert "Received" in heads(browser.get(LIST))


def test_view_is_kept_shared_and_opened(browser, staff, message):
    message(subject="Looms", notify_me=True)
    message(subject="Engines")
    browser.get(f"{LIST}?notify_me.is=yes&columns=subject,name")
    form = {"title": "To be told", "audience": "staff", "back": "notify_me.is=yes&columns=subject,name"}
    opened = browser.post(f"{LIST}views/", form).location
    assert opened == f"{LIST}?notify_me.is=yes&columns=subject%2Cname"
    page = staff.get(LIST)
    assert opened.replace("&", "&amp;") in page.text
    assert "To be told" in page.text
    shown = staff.get(opened)
    assert heads(shown)[:2] == ["Subject", "Name"]
    assert "Engines" not in shown.text


def test_view_is_taken_away_by_who_may(browser, staff, message):
    browser.get(LIST)
    browser.post(f"{LIST}views/", {"title": "All", "audience": "everybody", "back": ""})
    page = staff.get(LIST)
    assert "Take “All” away" not in page.text
    key = browser.get(LIST).text.split('name="id" value="')[1].split('"')[0]
    assert staff.post(f"{LIST}views/remove/", {"id": key}).status_code == 403
    assert browser.post(f"{LIST}views/remove/", {"id": key}).status_code == 303
    assert browser.post(f"{LIST}views/remove/", {"id": key}).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "columns=nothing", "columns=password_hash", "page=first", "sort=password_hash", "sort=nothing", "x=y",
        "notify_me.is=perhaps", "created_at.from=soon", "created_at.until=99999-01-01", "after=forged", "before=%00",
        "created_at.like=x", "email.contains=%00", "columns=" + ",".join(f"c{number}" for number in range(20)),
    ],
)  # fmt: skip
def test_forged_address_of_a_list_is_refused_with_a_sentence(browser, query):
    answer = browser.get(f"{LIST}?{query}")
    assert answer.status_code == 400
    assert "That did not work" in answer.text


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("columns/", {"columns": "nothing"}), ("columns/", {"columns": "name", "back": "x=y"}),
        ("views/", {"title": ""}), ("views/", {"title": "A", "back": "x.is=y"}),
        ("views/", {"title": "A", "audience": "member"}),
    ],
)  # fmt: skip
def test_forged_form_of_a_list_is_refused_with_a_sentence(browser, path, form):
    browser.get(LIST)
    assert browser.post(f"{LIST}{path}", form).status_code == 400


def test_get_keeps_nothing(browser):
    assert [browser.get(f"{LIST}{path}").status_code for path in ("columns/", "views/", "views/remove/")] == [405] * 3


def test_list_is_walked_from_its_end(browser, message):
    made = sorted(message(name=f"N{number}") for number in range(53))
    last = browser.get(f"{LIST}?page=last")
    shown = [part.split('"')[0] for part in last.text.split('name="rowid" value="')[1:]]
    assert shown == made[:50][::-1]
    assert "← Previous" in last.text
    assert "Next →" not in last.text
    assert "53 contact messages" in last.text


def test_list_leads_from_years_to_days(browser, app, message):
    message()
    today = app.clock.now()
    first = browser.get(LIST).text
    assert f">{today.year}</a>" in first
    year = browser.get(f"{LIST}?created_at.from={today.year}-01-01&created_at.until={today.year}-12-31").text
    assert f">{today:%B}</a>" in year
    assert ">any time</a>" in year


def test_choices_say_how_many_they_would_leave(browser, message):
    message(notify_me=True)
    message()
    message()
    page = browser.get(LIST).text
    assert "yes (1)" in page
    assert "no (2)" in page
    assert "3 contact messages" in page
