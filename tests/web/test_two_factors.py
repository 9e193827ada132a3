"""Two factors as browsers see them: set up, asked for after the password, asked for again, and turned off."""

import re
from urllib.parse import unquote

import pytest
from tests.admin.browser import PASSWORD, Browser
from tests.unit.test_two_factors import Phone

from entrypoints.web import make_web

PAGE = "/account/two-factors"


@pytest.fixture
def app(make_app, clock):
    made = make_app(clock=clock)
    with made.uow.transaction():
        made.accounts.create("ada@example.org", "Ada", "member", PASSWORD)
    return made


@pytest.fixture
def site(app):
    return make_web(app)


def signed_in(site, **typed):
    made = Browser(site)
    made.get("/login")
    made.answer = made.post("/login", {"email": "ada", "password": PASSWORD, **typed})
    return made


@pytest.fixture
def ada(site):
    return signed_in(site)


def set_up(browser, clock):
    """Turn two factors on; returns the phone and the page with the codes."""
    browser.get(PAGE)
    assert browser.post(f"{PAGE}/begin").location == f"{PAGE}/set-up"
    page = browser.get(f"{PAGE}/set-up")
    phone = Phone(re.search(r'class="key">([A-Z2-7 ]+)<', page.text).group(1).replace(" ", ""), clock)
    made = browser.post(f"{PAGE}/confirm", {"code": phone.shows()})
    clock.pass_by(seconds=30)
    return phone, made


def codes(page):
    return re.findall(r"<li><code>([0-9a-z]{5}-[0-9a-z]{5})</code>", page.text)


def test_set_up_page_says_the_secret_as_a_square_and_as_text_and_changes_nothing(ada, site):
    ada.get(PAGE)
    ada.post(f"{PAGE}/begin")
    first, again = ada.get(f"{PAGE}/set-up"), ada.get(f"{PAGE}/set-up")
    key = re.search(r'class="key">([A-Z2-7 ]+)<', first.text).group(1)
    assert (key in again.text, len(key.replace(" ", ""))) == (True, 32)
    assert re.search(r'<img class="square" src="data:image/svg\+xml', first.text)
    invitation = unquote(re.search(r'href="(otpauth://[^"]+)"', first.text).group(1))
    assert invitation.startswith("otpauth://totp/Enginebay:ada@example.org?secret=" + key.replace(" ", ""))
    assert first.headers["Cache-Control"] == "no-store"


def test_codes_are_shown_once_and_can_be_saved(ada, clock):
    _, made = set_up(ada, clock)
    shown = codes(made)
    saved = unquote(
        re.search(r'download="recovery-codes.txt" href="data:text/plain;charset=utf-8,([^"]+)"', made.text)[1]
    )
    assert saved == "Enginebay, ada@example.org\n\n" + "\n".join(shown) + "\n"
    page = ada.get(PAGE)
    assert (len(shown), codes(page), "You have 10 codes left" in page.text) == (10, [], True)


def test_wrong_first_code_turns_nothing_on(ada, app):
    ada.get(PAGE)
    ada.post(f"{PAGE}/begin")
    ada.get(f"{PAGE}/set-up")
    answer = ada.post(f"{PAGE}/confirm", {"code": "12345"})
    assert (answer.status_code, "This code does not fit" in answer.text) == (422, True)
    assert "Set up an app" in ada.get(PAGE).text


def test_password_alone_lets_nobody_in_any_more(site, ada, clock):
    phone, _ = set_up(ada, clock)
    other = signed_in(site, next="/account/sessions", remember="yes")
    assert other.answer.location == "/login/second"
    assert other.get("/account/sessions").location == "/login?next=/account/sessions"
    assert "The six digits" in other.get("/login/second").text
    assert other.post("/login/second", {"code": phone.shows()}).location == "/account/sessions"
    assert "with two factors" in other.get("/account/sessions").text


@pytest.mark.parametrize("code", ["000000", "", "\x00", "x" * 999])
def test_wrong_code_is_told_and_lets_nobody_in(site, ada, clock, code):
    set_up(ada, clock)
    other = signed_in(site)
    other.get("/login/second")
    assert other.post("/login/second", {"code": code}).status_code == 422
    assert other.get(PAGE).status_code == 303


def test_guessing_the_code_must_wait(site, ada, clock):
    set_up(ada, clock)
    other = signed_in(site)
    other.get("/login/second")
    answers = [other.post("/login/second", {"code": "000000"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == "1"


def test_recovery_code_lets_in_and_is_told_when_it_was_used(site, ada, clock):
    _, made = set_up(ada, clock)
    code = codes(made)[3]
    for expected in (303, 422):
        other = signed_in(site)
        assert "Recovery code" in other.get("/login/second?by=recovery").text
        answer = other.post("/login/second", {"code": code, "by": "recovery"})
        assert answer.status_code == expected
    assert "none of the recovery codes you have left" in answer.text
    assert "You have 9 codes left" in ada.get(PAGE).text


def test_second_step_is_for_ten_minutes_and_the_password_of_then(site, ada, clock, app):
    phone, _ = set_up(ada, clock)
    late = signed_in(site)
    late.get("/login/second")
    clock.pass_by(minutes=11)
    assert late.post("/login/second", {"code": phone.shows()}).location == "/login"
    changed = signed_in(site)
    changed.get("/login/second")
    with app.uow.transaction():
        user = app.users.by_username("ada")
        user.password_hash = app.secrets.hash("a better password")
    assert changed.post("/login/second", {"code": phone.shows()}).location == "/login"


def test_second_step_without_the_first_leads_to_it(site):
    assert Browser(site).get("/login/second").location == "/login"


def test_asked_again_the_password_or_a_code_will_do(ada, clock):
    phone, _ = set_up(ada, clock)
    clock.pass_by(minutes=16)
    assert ada.get(f"{PAGE}/set-up").location == "/login/again?next=/account/two-factors/set-up"
    page = ada.get("/login/again")
    assert ("Your password" in page.text, "Or the code of your app" in page.text) == (True, True)
    assert ada.post("/login/again", {"code": phone.shows(), "next": PAGE}).location == PAGE
    clock.pass_by(minutes=16)
    ada.get("/login/again")
    assert ada.post("/login/again", {"password": PASSWORD, "next": PAGE}).location == PAGE


def test_turning_on_gives_this_browser_a_new_token_and_signs_the_others_out(site, ada, clock):
    other, stolen = signed_in(site), next(one for name, one in ada.cookies().items() if "enginebay" in name)
    set_up(ada, clock)
    thief = site.test_client()
    thief.set_cookie(stolen.key, stolen.value)
    assert [one.get(PAGE).status_code for one in (ada, other, thief)] == [200, 303, 303]


@pytest.mark.parametrize("act", ["begin", "confirm", "codes", "off"])
def test_what_changes_anything_wants_a_fresh_sign_in(ada, clock, act):
    if act in ("codes", "off"):
        set_up(ada, clock)
    ada.get(PAGE)
    clock.pass_by(minutes=31)
    answer = ada.post(f"{PAGE}/{act}", headers={"Referer": f"http://localhost{PAGE}"})
    assert answer.location == f"/login/again?next={PAGE}"


def test_turned_off_the_password_is_enough(site, ada, clock):
    set_up(ada, clock)
    ada.get(PAGE)
    assert ada.post(f"{PAGE}/off").location == PAGE
    assert "Two factors are off" in ada.get(PAGE).text
    assert signed_in(site).answer.location == "/"
    assert ada.post(f"{PAGE}/off").status_code == 409


def test_codes_that_are_made_again_are_others(ada, clock):
    _, made = set_up(ada, clock)
    ada.get(PAGE)
    again = ada.post(f"{PAGE}/codes")
    assert (len(codes(again)), set(codes(again)) & set(codes(made))) == (10, set())


def test_password_change_keeps_the_session_strong(site, ada, clock, app):
    set_up(ada, clock)
    ada.get("/password")
    form = {"old": PASSWORD, "password": "a better password", "again": "a better password"}
    assert ada.post("/password", form).status_code == 303
    with app.uow.reading():
        assert [one.strong for one in app.session_desk.of(app.users.by_username("ada"))] == [True]


def test_mail_tells_of_it(ada, clock, app, drain_queue):
    set_up(ada, clock)
    drain_queue(app, "mail")
    (letter,) = app.inbox.messages()
    assert (letter["subject"], letter["to"]) == ("Two factors are on for Enginebay", "ada@example.org")
