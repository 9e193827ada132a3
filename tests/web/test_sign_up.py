"""Signing up, confirming and finding back, as a browser sees it: the same answer for known and unknown addresses."""

import re

import pytest

PASSWORD, OTHER = "correct horse battery", "a better password"
ADA = {"email": "ada@example.com", "username": "ada", "name": "Ada Lovelace", "password": PASSWORD}
PAGE = {"Accept": "text/html"}


def hidden(page, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found.group(1) if found else ""


@pytest.fixture
def send(client):
    """Fill in the form of a page and send it: `send("/signup", **ADA)`."""

    def fill(address, to="", **fields):
        page = client.get(address, headers=PAGE).text
        typed = {name: hidden(page, name) for name in ("csrf_token", "once", "token")} | fields
        return client.post(to or address.partition("?")[0], data=typed, headers=PAGE)

    return fill


@pytest.fixture
def mails(app, drain_queue):
    """Have waiting mail sent; returns all of it, the newest first."""

    def read():
        drain_queue(app, "mail")
        return app.inbox.messages(100)

    return read


def link(mail):
    return re.search(r"http://[^/]+(/\S+token=[\w-]+)", mail["text"]).group(1)


@pytest.fixture
def ada(send, mails):
    """Ada's account, opened by her mailbox."""
    send("/signup", **ADA)
    send(link(mails()[0]))


def sign_in(send, email=ADA["email"], password=PASSWORD):
    return send("/login", email=email, password=password)


def test_newcomer_signs_up_confirms_and_signs_in(client, send, mails):
    asked = send("/signup", **ADA)
    assert (asked.status_code, asked.location) == (303, "/signup/sent")
    assert "<strong>ada@example.com</strong>" in client.get("/signup/sent").text
    assert sign_in(send).status_code == 422
    confirmed = send(link(mails()[0]))
    assert (confirmed.status_code, confirmed.location) == (303, "/login")
    assert "Your account @ada is ready" in client.get("/login").text
    assert sign_in(send).status_code == 303


def test_answer_to_a_known_address_is_that_to_an_unknown_one(client, send, ada):
    answers = []
    for number, email in enumerate(("ada@example.com", "new@example.com")):
        asked = send("/signup", **ADA | {"email": email, "username": f"other{number}"})
        page = client.get(asked.location).text
        answers.append((asked.status_code, asked.location, asked.text, page.replace(email, "")))
    assert _without_tokens(answers[0]) == _without_tokens(answers[1])


def test_answer_to_a_reset_is_the_same_whoever_asks(client, send, ada):
    answers = []
    for email in ("ada@example.com", "nobody@example.com"):
        asked = send("/reset", email=email)
        page = client.get(asked.location).text
        answers.append((asked.status_code, asked.location, asked.text, page.replace(email, "")))
    assert _without_tokens(answers[0]) == _without_tokens(answers[1])


def _without_tokens(answer):
    return [re.sub(r'value="[^"]{20,}"|\?v=\w+', "", str(part)) for part in answer]


def test_link_opened_by_a_mail_scanner_changes_nothing(app, client, send, mails):
    send("/signup", **ADA)
    address = link(mails()[0])
    for _ in range(2):
        assert "@ada" in client.get(address).text
    with app.uow.reading():
        assert app.users.by_email("ada@example.com") is None


@pytest.mark.parametrize("address", ["/verify", "/verify?token=", "/verify?token=made-up", "/reset?token=made-up"])
def test_link_that_does_nothing_says_what_does(client, address):
    answer = client.get(address, headers=PAGE)
    assert answer.status_code == 410
    assert "There is no such link." in answer.text
    assert 'href="/reset"' in answer.text


def test_link_that_was_used_says_so(client, send, mails, ada):
    answer = client.get(link(mails()[0]), headers=PAGE)
    assert (answer.status_code, "This link was used before" in answer.text) == (410, True)


def test_button_pressed_twice_mails_once(client, send, mails):
    page = client.get("/signup").text
    typed = {name: hidden(page, name) for name in ("csrf_token", "once")} | ADA
    assert [client.post("/signup", data=typed).location for _ in range(2)] == ["/signup/sent"] * 2
    assert len(mails()) == 1


def test_form_comes_back_with_what_was_typed_but_never_the_password(send):
    answer = send("/signup", **ADA | {"email": "ada", "password": "password1"})
    assert answer.status_code == 422
    for said in ("does not look right", "lists of stolen ones", 'value="Ada Lovelace"', 'value="ada"'):
        assert said in answer.text
    assert "password1" not in answer.text


def test_username_that_is_taken_is_said_to_be(send, ada):
    answer = send("/signup", **ADA | {"email": "other@example.com", "username": "ADA"})
    assert (answer.status_code, "Somebody has this username already" in answer.text) == (422, True)


def test_robot_is_refused_and_a_person_may_look_again(send):
    answer = send("/signup", website="https://spam.example", **ADA)
    assert (answer.status_code, "as robots do" in answer.text) == (422, True)


def test_too_many_sign_ups_are_refused_with_the_form_filled_in(send):
    answers = [send("/signup", **ADA | {"username": f"ada{number}"}) for number in range(12)]
    assert [answers[0].status_code, answers[-1].status_code] == [303, 429]
    assert 'value="Ada Lovelace"' in answers[-1].text


@pytest.mark.parametrize("address", ["/signup", "/verify", "/reset", "/reset/password"])
def test_every_form_needs_its_token(client, address):
    assert client.post(address, data=ADA, headers=PAGE).status_code == 400


@pytest.mark.parametrize("typed", [{}, {"email": "\x00", "username": "\x00", "name": "\ud800"}, {"email": "a" * 9999}])
@pytest.mark.parametrize("address", ["/signup", "/reset"])
def test_odd_input_is_refused_in_words(send, address, typed):
    typed = {name: value.encode("utf-8", "replace").decode() for name, value in typed.items()}
    assert send(address, **typed).status_code == 422


def test_reset_sets_a_password_and_signs_every_browser_out(site, client, send, mails, ada):
    sign_in(send)
    assert client.get("/account/sign-in").status_code == 200
    stranger = site.test_client()
    page = stranger.get("/reset").text
    stranger.post("/reset", data={"csrf_token": hidden(page, "csrf_token"), "email": "ada@example.com"})
    address = link(mails()[0])
    page = stranger.get(address).text
    typed = {"csrf_token": hidden(page, "csrf_token"), "token": hidden(page, "token")}
    weak = stranger.post("/reset/password", data=typed | {"password": "short"})
    assert (weak.status_code, "8 to 256 characters" in weak.text) == (422, True)
    done = stranger.post("/reset/password", data=typed | {"password": OTHER})
    assert (done.status_code, done.location) == (303, "/login")
    assert client.get("/account/sign-in").status_code == 303
    assert sign_in(send, password=OTHER).status_code == 303
    assert mails()[0]["subject"] == "Your password for Enginebay was changed"


def test_reset_lets_in_who_guessed_wrong_too_often_before(client, send, mails, ada):
    answers = [sign_in(send, password="wrong").status_code for _ in range(6)]
    assert answers[-1] == 429
    send("/reset", email="ada@example.com")
    send(link(mails()[0]), "/reset/password", password=OTHER)
    assert sign_in(send, password=OTHER).status_code == 303


def test_links_lead_to_the_address_of_the_settings_whatever_the_host_header_says(app, client, mails):
    page = client.get("/reset", headers={"Host": "evil.example"}).text
    typed = {"csrf_token": hidden(page, "csrf_token"), "email": "admin@example.com"}
    client.post("/reset", data=typed, headers={"Host": "evil.example", "Sec-Fetch-Site": "same-origin"})
    assert app.settings.base_url + "/reset?token=" in mails()[0]["text"]


def test_password_changed_in_the_account_keeps_this_browser_and_ends_the_others(site, client, send, ada):
    other = site.test_client()
    page = other.get("/login").text
    typed = {"csrf_token": hidden(page, "csrf_token"), "email": "ada", "password": PASSWORD}
    assert other.post("/login", data=typed).status_code == 303
    sign_in(send)
    wrong = send("/account/sign-in", "/account/sign-in/password", old="wrong", password=OTHER)
    assert (wrong.status_code, "not your current password" in wrong.text) == (422, True)
    done = send("/account/sign-in", "/account/sign-in/password", old=PASSWORD, password=OTHER)
    assert (done.status_code, done.location) == (303, "/account/sign-in")
    assert (client.get("/account/sign-in").status_code, other.get("/account/sign-in").status_code) == (200, 303)


def test_address_changes_by_the_new_mailbox(client, send, mails, ada):
    sign_in(send)
    asked = send("/account/sign-in/address", email="countess@example.com")
    assert asked.location == "/account/sign-in"
    assert "We sent a mail to countess@example.com" in client.get("/account/sign-in").text
    change = next(mail for mail in mails() if mail["to"] == "countess@example.com")
    assert send(link(change)).location == "/account/sign-in"
    page = client.get("/account/sign-in").text
    for said in ("countess@example.com is confirmed.", "<strong>countess@example.com</strong>"):
        assert said in page


def test_username_changes_in_the_account(client, send, ada):
    sign_in(send)
    assert send("/account/sign-in", "/account/sign-in/username", username="admin").status_code == 422
    assert send("/account/sign-in", "/account/sign-in/username", username="countess").status_code == 303
    assert 'value="countess"' in client.get("/account/sign-in").text


def test_who_is_not_confirmed_is_asked_to_on_every_page(app, client, send, mails, ada):
    with app.uow.transaction():
        app.users.by_email("ada@example.com").verified_at = None
    sign_in(send)
    assert "ada@example.com is not confirmed yet." in client.get("/").text
    assert send("/", "/account/sign-in/confirmation").location == "/account/sign-in"
    send(link(mails()[0]))
    assert "is not confirmed yet" not in client.get("/").text


def test_who_has_no_password_gets_a_link_to_one(app, client, send, mails, ada):
    sign_in(send)
    with app.uow.transaction():
        app.users.by_email("ada@example.com").password_hash = None
    assert "You have none yet." in client.get("/account/sign-in").text
    assert send("/account/sign-in", "/account/sign-in/reset").location == "/account/sign-in"
    send(link(mails()[0]), "/reset/password", password=OTHER)
    assert sign_in(send, password=OTHER).status_code == 303


def test_who_is_signed_in_needs_no_second_account(client, send, ada):
    sign_in(send)
    assert client.get("/signup").location == "/account"
