"""Signing in with an account elsewhere: who is let in, who is asked to join, what is never merged, and what is said to
everybody else."""

import re
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from pydantic import ValidationError
from tests.admin.browser import PASSWORD, Browser, form_of

from adapters.clock import SetClock
from adapters.mail.memory import MemoryMail
from adapters.social.memory import MemoryProvider
from core.domain.kernel.errors import Rejected, Unavailable
from core.ports.social import Claims
from entrypoints.config import Settings
from entrypoints.web import make_web

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
ADA = Claims(issuer="https://accounts.google.com", subject="1001", email="ada@example.com", verified=True, name="Ada")
BO = Claims(issuer="https://www.facebook.com", subject="2002", email="bo@example.com", name="Bo Diddley")
MARY = Claims(issuer="https://www.facebook.com", subject="3003", name="Mary Somerville")
CHOSEN = {
    "social": "google,facebook", "google": {"client_id": "g", "client_secret": "gs"},
    "facebook": {"app_id": "f", "app_secret": "fs"},
}  # fmt: skip


@pytest.fixture
def clock():
    return SetClock(NOW)


@pytest.fixture
def providers():
    return {"google": MemoryProvider(), "facebook": MemoryProvider()}


@pytest.fixture
def mail():
    return MemoryMail()


@pytest.fixture
def make_site(make_app, providers, mail, clock):
    """Build the site with both providers in memory; further settings as they are given."""

    def make(**settings):
        parts = {f"social_{name}": provider for name, provider in providers.items()}
        app = make_app(settings=CHOSEN | settings, mail=mail, clock=clock, **parts)
        site = make_web(app)
        return app, site

    return make


@pytest.fixture
def app(make_site):
    return make_site()[0]


@pytest.fixture
def site(app):
    return make_web(app)


@pytest.fixture
def browser(site):
    return Browser(site)


@pytest.fixture
def someone(app):
    """Make somebody with a password: `someone("ada@example.com")`."""

    def make(email, *, verified=True):
        with app.uow.transaction():
            user = app.accounts.create(email, "Somebody", "member", PASSWORD)
            user.verified_at = user.verified_at if verified else None
            return user

    return make


@pytest.fixture
def go(providers):
    """Go to a provider and come back as somebody: `go(browser, "google", ADA)` is the answer to the way back."""

    def to(browser, provider, claims, start="/login/with/{}", **form):
        browser.get("/contact")
        sent = browser.post(start.format(provider), form)
        assert (sent.status_code, sent.headers["Location"][:27]) == (303, "https://provider.example/au")
        state = dict(parse_qsl(urlsplit(sent.headers["Location"]).query))["state"]
        code = providers[provider].agree(claims)
        return browser.get(f"/login/from/{provider}?state={state}&code={code}")

    return to


@pytest.fixture
def join(go):
    """Come as somebody new and make an account."""

    def by(browser, provider, claims, **form):
        assert go(browser, provider, claims).headers["Location"] == "/login/join"
        return browser.post("/login/join", form_of(browser.get("/login/join"), "/join") | form)

    return by


def who(browser):
    """Who is signed in."""
    return browser.get("/api/v1/me").json.get("name")


def heading(answer):
    return re.search(r"<h1>([^<]+)</h1>", answer.text).group(1)


def acts(app, *about):
    from core.domain.audit import AuditEntry
    from core.ports.records import Question

    with app.uow.reading():
        rows = app.record_store.page(AuditEntry, ("action", "kind", "changes"), Question(order="at"), 50).rows
    return [row["action"] for row in rows if row["action"] in about]


def identities(app, user):
    with app.uow.reading():
        return [(one.provider, one.subject) for one in app.connections.of(user)]


def test_newcomer_with_a_confirmed_address_chooses_a_name_and_is_in(app, browser, join):
    answer = join(browser, "google", ADA)
    assert (answer.status_code, answer.headers["Location"], who(browser)) == (303, "/", "Ada")
    with app.uow.reading():
        made = app.users.by_username("ada")
    assert (made.email, made.verified_at, made.password_hash, made.role) == ("ada@example.com", NOW, None, "member")
    assert identities(app, made) == [("google", "1001")]
    assert sorted(acts(app, "connected", "signed in")) == ["connected", "signed in"]


def test_known_identity_is_let_in_whatever_its_address_is_by_now(app, site, browser, join, go):
    join(browser, "google", ADA)
    again, moved = Browser(site), Claims(issuer=ADA.issuer, subject=ADA.subject, email="other@example.com", name="A.")
    assert (go(again, "google", moved).headers["Location"], who(again)) == ("/", "Ada")


def test_same_subject_of_another_issuer_is_somebody_else(browser, join, go, site):
    join(browser, "google", ADA)
    other = Browser(site)
    claims = Claims(issuer="https://www.facebook.com", subject=ADA.subject, name="Other")
    assert (go(other, "facebook", claims).headers["Location"], who(other)) == ("/login/join", None)


def test_where_they_wanted_to_go_is_where_they_come_to(browser, join, go, site):
    join(browser, "google", ADA)
    assert go(Browser(site), "google", ADA, next="/devices").headers["Location"] == "/devices"
    assert go(Browser(site), "google", ADA, next="https://evil.example/").headers["Location"] == "/"


def test_address_of_an_account_never_merges_by_itself(app, browser, go, someone):
    ada = someone("ada@example.com")
    answer = go(browser, "google", ADA)
    assert (answer.status_code, heading(answer)) == (409, "You have an account here already")
    assert "Sign in to it once, then connect" in answer.text
    assert 'href="/login?next=/account/connections"' in answer.text
    assert (who(browser), identities(app, ada)) == (None, [])


def test_account_is_connected_after_signing_in_to_it_and_signs_in_from_then_on(
    app, site, browser, go, someone, mail, drain_queue
):
    ada = someone("ada@example.com")
    browser.sign_in("ada@example.com")
    answer = go(browser, "google", ADA, "/account/connections/with/{}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/connections")
    page = browser.get("/account/connections").text
    assert ("It is connected" in page, "Google" in page, "ada@example.com" in page) == (True, True, True)
    assert identities(app, ada) == [("google", "1001")]
    drain_queue(app, "mail")
    assert [(letter.to, letter.subject) for letter in mail.sent] == [
        ("ada@example.com", "Google now signs you in to Enginebay")
    ]
    other = Browser(site)
    go(other, "google", ADA)
    assert who(other) == "Somebody"


def test_connecting_twice_changes_nothing(app, browser, go, someone):
    ada = someone("ada@example.com")
    browser.sign_in("ada@example.com")
    for _ in range(2):
        assert go(browser, "google", ADA, "/account/connections/with/{}").status_code == 303
    assert identities(app, ada) == [("google", "1001")]


def test_identity_of_another_account_is_not_taken_over(app, site, browser, join, go, someone):
    join(browser, "google", ADA)
    other, thief = Browser(site), someone("thief@example.com")
    other.sign_in("thief@example.com")
    answer = go(other, "google", ADA, "/account/connections/with/{}")
    assert (answer.status_code, heading(answer), identities(app, thief)) == (409, "It belongs to another account", [])


def test_way_that_somebody_else_began_connects_nobody(app, site, browser, providers, someone):
    """Two people share a browser: one asks to connect, the other has signed in by the time the answer comes."""
    someone("ada@example.com")
    late = someone("late@example.com")
    browser.sign_in("ada@example.com")
    browser.get("/contact")
    sent = browser.post("/account/connections/with/google").headers["Location"]
    with browser._client.session_transaction() as session:
        secret = session["browser"]
    browser.get("/contact")
    browser.post("/logout")
    browser.sign_in("late@example.com")
    with browser._client.session_transaction() as session:
        session["browser"] = secret
    state = dict(parse_qsl(urlsplit(sent).query))["state"]
    answer = browser.get(f"/login/from/google?state={state}&code={providers['google'].agree(ADA)}")
    assert (answer.status_code, identities(app, late)) == (400, [])


UNCONFIRMED = Claims(issuer=ADA.issuer, subject="1", email=ADA.email, verified=False)


@pytest.mark.parametrize(
    ("claims", "verified", "status", "name"),
    [(ADA, True, 303, "Ada"), (ADA, False, 409, None), (UNCONFIRMED, True, 303, None)],
)
def test_trusted_provider_connects_only_where_both_have_confirmed_the_address(
    make_site, go, claims, verified, status, name
):
    app, site = make_site(social_trusts_mail_of="google")
    with app.uow.transaction():
        user = app.accounts.create("ada@example.com", "Ada", "member", PASSWORD)
        user.verified_at = user.verified_at if verified else None
    browser = Browser(site)
    assert (go(browser, "google", claims).status_code, who(browser), bool(identities(app, user))) == (
        status,
        name,
        bool(name),
    )


def answered(browser, providers, claims=ADA, **query):
    """Begin at Google, and return what a browser would bring back."""
    browser.get("/login")
    browser.post("/login/with/google")
    asked = providers["google"].sent[-1]
    return {"state": asked.state, "code": providers["google"].agree(claims), **query}


def test_who_does_not_agree_is_told_how_to_go_on(browser, providers):
    query = answered(browser, providers) | {"error": "access_denied"}
    answer = browser.get("/login/from/google", query_string=query)
    assert (answer.status_code, heading(answer)) == (403, "You were not signed in")
    assert 'action="/login/with/google"' in answer.text
    assert browser.get("/login/from/google?error=access_denied").status_code == 403


def test_answer_works_once(browser, site, providers, join):
    join(browser, "google", ADA)
    other = Browser(site)
    query = answered(other, providers)
    assert other.get("/login/from/google", query_string=query).status_code == 303
    other.get("/contact")
    other.post("/logout")
    answer = other.get("/login/from/google", query_string=query)
    assert (answer.status_code, who(other)) == (400, None)


def test_replayed_answer_is_told_apart_in_the_browser_that_used_it(browser, providers):
    query = answered(browser, providers)
    browser.get("/login/from/google", query_string=query)
    answer = browser.get("/login/from/google", query_string=query)
    assert (answer.status_code, heading(answer)) == (400, "This was used already")


def test_answer_that_another_browser_asked_for_signs_nobody_in(browser, site, providers):
    query = answered(browser, providers)
    victim = Browser(site)
    answered(victim, providers)
    answer = victim.get("/login/from/google", query_string=query)
    assert (answer.status_code, heading(answer)) == (400, "This answer was not asked for")
    assert Browser(site).get("/login/from/google", query_string=query).status_code == 400
    assert browser.get("/login/from/google", query_string=query).status_code == 303


@pytest.mark.parametrize("change", [{"state": "x" * 32}, {"state": ""}, {"state": "\x00"}, {"code": ""}])
def test_answer_with_another_state_or_nothing_in_it_is_refused(browser, providers, change):
    answer = browser.get("/login/from/google", query_string=answered(browser, providers) | change)
    assert (answer.status_code, heading(answer)) == (400, "This answer was not asked for")


def test_answer_of_one_provider_is_no_answer_of_another(browser, providers):
    query = answered(browser, providers)
    assert browser.get("/login/from/facebook", query_string=query).status_code == 400


def test_answer_after_ten_minutes_is_too_late(browser, providers, clock):
    query = answered(browser, providers)
    clock.pass_by(minutes=10, seconds=1)
    answer = browser.get("/login/from/google", query_string=query)
    assert (answer.status_code, heading(answer)) == (400, "That took too long")


def test_word_that_does_not_hold_signs_nobody_in(browser, providers):
    query = answered(browser, providers)
    providers["google"].fail_with = Rejected("The signature is another's.")
    answer = browser.get("/login/from/google", query_string=query)
    assert (answer.status_code, heading(answer)) == (400, "We could not believe that answer")


@pytest.mark.parametrize("query", [{}, {"error": "server_error"}])
def test_provider_that_is_away_leaves_the_password(browser, providers, query):
    query = answered(browser, providers) | query
    providers["google"].fail_with = Unavailable("Nobody answers.", retry_after=7)
    answer = browser.get("/login/from/google", query_string=query)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5" if "error" in query else "7")
    assert "Google does not answer just now. Sign in with your password" in answer.text
    assert browser.post("/login/with/google").status_code == 503


def test_provider_that_is_not_offered_is_not_there(browser):
    browser.get("/login")
    assert [browser.post("/login/with/sandbox").status_code, browser.get("/login/from/sandbox").status_code] == [
        404,
        404,
    ]


def test_suspended_account_is_not_let_in(app, site, browser, join, go):
    join(browser, "google", ADA)
    with app.uow.transaction():
        ada = app.users.by_username("ada")
        ada.active, ada.suspension = False, "sends 100% spam"
    other = Browser(site)
    answer = go(other, "google", ADA)
    assert (answer.status_code, heading(answer), who(other)) == (403, "This account is suspended", None)
    assert "This account is suspended: sends 100% spam. Write to us" in answer.text


def test_erased_account_takes_its_identities_with_it(app, site, browser, join, go):
    join(browser, "google", ADA)
    with app.uow.transaction():
        app.record_store.delete(app.users.by_username("ada"))
    assert go(Browser(site), "google", ADA).headers["Location"] == "/login/join"


def test_newcomer_is_told_what_is_wrong_with_what_they_chose(app, browser, go, someone):
    someone("bo@else.example")
    go(browser, "google", ADA)
    answer = browser.post("/login/join", form_of(browser.get("/login/join"), "/join") | {"username": "bo", "name": " "})
    assert (answer.status_code, "Somebody has this username already" in answer.text) == (422, True)
    assert "Your name is missing" in answer.text
    assert browser.post("/login/join", {"username": "", "name": "Ada"}).status_code == 422
    assert browser.post("/login/join", {"username": "ad/a", "name": "Ada"}).status_code == 422


def test_joining_twice_makes_one_account(browser, go):
    go(browser, "google", ADA)
    form = form_of(browser.get("/login/join"), "/join")
    with browser._client.session_transaction() as session:
        kept = dict(session)
    assert browser.post("/login/join", form).status_code == 303
    with browser._client.session_transaction() as session:
        session.update({name: kept[name] for name in ("browser", "newcomer")})
    assert browser.post("/login/join", form).status_code == 400


def test_nobody_joins_without_having_come_from_a_provider(browser):
    answer = browser.get("/login/join")
    assert (answer.status_code, heading(answer)) == (400, "That took too long")


def mailed_link(mail):
    return re.search(r"http://127.0.0.1:8000(/login/join/\S+)", mail.sent[-1].text).group(1)


@pytest.mark.parametrize(("claims", "form"), [(BO, {}), (MARY, {"email": "bo@example.com"})])
def test_address_that_nobody_confirms_is_confirmed_by_mail_before_there_is_an_account(
    app, browser, join, mail, drain_queue, claims, form
):
    answer = join(browser, "facebook", claims, **form)
    assert (answer.headers["Location"], who(browser)) == ("/login/join", None)
    assert "Look in your mailbox: a link went to bo@example.com" in browser.get("/login/join").text
    with app.uow.reading():
        assert app.users.by_email("bo@example.com") is None
    drain_queue(app, "mail")
    link = mailed_link(mail)
    shown = browser.get(link)
    assert (shown.status_code, "bo@example.com" in shown.text, who(browser)) == (200, True, None)
    browser.get(link)
    assert (browser.post(link).status_code, who(browser)) == (303, claims.name)
    with app.uow.reading():
        made = app.users.by_email("bo@example.com")
    assert (made.verified_at, identities(app, made)) == (NOW, [("facebook", claims.subject)])
    assert browser.post(link).status_code == 400


def test_link_opens_nothing_in_another_browser_or_with_another_key_or_later(
    app, site, browser, join, mail, drain_queue, clock
):
    join(browser, "facebook", BO)
    drain_queue(app, "mail")
    link = mailed_link(mail)
    assert Browser(site).get(link).status_code == 400
    assert browser.get(link[:-3]).status_code == 404
    clock.pass_by(minutes=61)
    assert browser.get(link).status_code == 400


@pytest.mark.parametrize(("claims", "form"), [(BO, {}), (MARY, {"email": "bo@example.com"})])
def test_unconfirmed_address_that_has_an_account_is_told_so_by_mail_only(
    app, browser, join, mail, drain_queue, someone, claims, form
):
    bo = someone("BO@example.com")
    answer = join(browser, "facebook", claims, **form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login/join")
    assert "Look in your mailbox: a link went to bo@example.com" in browser.get("/login/join").text
    assert (who(browser), identities(app, bo)) == (None, [])
    drain_queue(app, "mail")
    assert mail.sent[-1].subject == "You have an account at Enginebay already"


def test_no_more_than_three_letters_are_sent_for_one_way(browser, join):
    assert join(browser, "facebook", BO).status_code == 303
    codes = [browser.post("/login/join", form_of(browser.get("/login/join"), "/join")).status_code for _ in range(3)]
    assert codes == [303, 303, 422]


def tie(app, user, claims, provider):
    with app.uow.transaction():
        app.connections.tie_first(user, provider, claims, NOW)


def removal(browser, provider=""):
    page = browser.get("/account/connections").text
    return re.findall(r'action="(/account/connections/idn_[^"]+/remove)"', page)


def test_connection_is_taken_away_and_its_owner_is_told(app, browser, someone, mail, drain_queue):
    ada = someone("ada@example.com")
    tie(app, ada, ADA, "google")
    browser.sign_in("ada@example.com")
    assert browser.post(removal(browser)[0]).headers["Location"] == "/account/connections"
    assert ("It is disconnected" in browser.get("/account/connections").text, identities(app, ada)) == (True, [])
    drain_queue(app, "mail")
    assert (mail.sent[0].subject, acts(app, "disconnected")) == (
        "Google no longer signs you in to Enginebay", ["disconnected"],
    )  # fmt: skip


def test_last_way_in_stays(app, browser, join):
    join(browser, "google", ADA)
    assert "Your only way to sign in" in browser.get("/account/connections").text
    with app.uow.reading():
        ada = app.users.by_username("ada")
        only = app.connections.of(ada)[0]
    assert browser.post(f"/account/connections/{only.id}/remove").status_code == 303
    assert "only way to sign in" in browser.get("/account/connections").text
    assert identities(app, ada) == [("google", "1001")]


def test_one_of_two_may_go_where_the_other_can_still_be_used(app, make_site, browser, join):
    join(browser, "google", ADA)
    with app.uow.reading():
        ada = app.users.by_username("ada")
    tie(app, ada, BO, "facebook")
    assert browser.post(removal(browser)[0]).status_code == 303
    assert (len(identities(app, ada)), removal(browser)) == (1, [])


def test_connection_of_somebody_else_is_not_there(app, browser, someone, site):
    ada = someone("ada@example.com")
    tie(app, ada, ADA, "google")
    someone("thief@example.com")
    browser.sign_in("thief@example.com")
    browser.get("/contact")
    with app.uow.reading():
        place = f"/account/connections/{app.connections.of(ada)[0].id}/remove"
    assert (browser.post(place).status_code, identities(app, ada)) == (404, [("google", "1001")])


def test_who_has_no_password_shows_by_the_provider_that_it_is_them(app, browser, join, go, clock):
    join(browser, "google", ADA)
    clock.pass_by(minutes=30)
    with app.uow.reading():
        only = app.connections.of(app.users.by_username("ada"))[0]
    browser.get("/account/connections")
    asked = browser.post(f"/account/connections/{only.id}/remove")
    assert asked.headers["Location"].startswith("/login/again")
    assert 'action="/login/again/with/google"' in browser.get("/login/again").text
    answer = go(browser, "google", BO, "/login/again/with/{}", next="/account/connections")
    assert (answer.status_code, heading(answer)) == (403, "That is another account")
    answer = go(browser, "google", ADA, "/login/again/with/{}", next="/account/connections")
    assert (answer.headers["Location"], who(browser)) == ("/account/connections", "Ada")
    browser.get("/account/connections")
    assert browser.post("/account/connections/with/facebook").headers["Location"].startswith("https://provider")


def test_connections_are_for_who_is_signed_in(browser):
    assert browser.get("/account/connections").headers["Location"] == "/login?next=/account/connections"
    browser.get("/contact")
    assert browser.post("/account/connections/with/google").headers["Location"] == "/login"


def test_pages_with_the_buttons_let_their_forms_go_there_and_no_others_do(browser):
    policy = browser.get("/login").headers["Content-Security-Policy"]
    assert "form-action 'self' https://accounts.google.com https://www.facebook.com https://m.facebook.com;" in policy
    assert "form-action 'self';" in browser.get("/contact").headers["Content-Security-Policy"]


@pytest.fixture
def sandboxed(make_app, clock):
    app = make_app(clock=clock)
    site = make_web(app)
    return Browser(site)


def pretend(browser, **form):
    browser.get("/login")
    page = browser.post("/login/with/sandbox").headers["Location"].removeprefix("http://127.0.0.1:8000")
    asked = form_of(browser.get(page), "/pretend")
    return browser.post("/login/pretend", asked | form)


def test_sandbox_believes_whoever_one_says_one_is(sandboxed):
    back = pretend(sandboxed, who="ada").headers["Location"].removeprefix("http://127.0.0.1:8000")
    assert sandboxed.get(back).headers["Location"] == "/login/join"
    sandboxed.post("/login/join", form_of(sandboxed.get("/login/join"), "/join"))
    assert who(sandboxed) == "Ada Lovelace"


def test_sandbox_takes_anybody_and_no_for_an_answer(sandboxed):
    typed = {"who": "", "name": "Grace", "email": "grace@example.com", "verified": "yes"}
    back = pretend(sandboxed, **typed).headers["Location"].removeprefix("http://127.0.0.1:8000")
    assert sandboxed.get(back).headers["Location"] == "/login/join"
    back = pretend(sandboxed, who="nobody").headers["Location"].removeprefix("http://127.0.0.1:8000")
    assert sandboxed.get(back).status_code == 403
    assert pretend(sandboxed, who="").status_code == 422


def test_production_offers_nobody_unless_it_is_told_to(make_app):
    secret = {"environment": "production", "secret_key": "0123456789abcdef0123456789abcdef"}
    site = make_web(make_app(settings=secret))
    answers = [site.test_client().get(path).status_code for path in ("/login/pretend", "/login/from/sandbox")]
    assert (answers, "Continue with" in site.test_client().get("/login").text) == ([404, 404], False)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"social": "sandbox", "environment": "production", "secret_key": "k" * 40},
            "anybody could sign in as anybody",
        ),
        ({"social": "google"}, "ENGINEBAY_GOOGLE__CLIENT_ID must be set"),
        ({"social": "google", "google": {"client_id": "g"}}, "ENGINEBAY_GOOGLE__CLIENT_SECRET must be set"),
        ({"social": "facebook", "facebook": {"app_secret": "g"}}, "ENGINEBAY_FACEBOOK__APP_ID must be set"),
        ({"social": "myspace"}, "it must be one of google, facebook, sandbox, none"),
        ({"social": "google,google"}, "it must be one of google, facebook, sandbox, none"),
        ({"social_trusts_mail_of": "sandbox"}, "it must be one of google, facebook"),
    ],
)
def test_setting_that_cannot_be_is_refused_with_a_sentence(settings, said):
    with pytest.raises(ValidationError, match=said):
        Settings(**settings)


def test_api_lists_what_is_connected_and_takes_it_away_but_never_the_last(app, browser, join):
    join(browser, "google", ADA)
    with app.uow.reading():
        ada = app.users.by_username("ada")
    listed = browser.get("/api/v1/identities").json["identities"]
    assert [(one["provider"], one["email"], one["name"]) for one in listed] == [("google", "ada@example.com", "Ada")]
    place = f"/api/v1/identities/{listed[0]['id']}"
    assert browser._client.delete(place).status_code == 409
    tie(app, ada, BO, "facebook")
    assert [browser._client.delete(place).status_code for _ in range(2)] == [204, 404]


def test_reserved_name_is_not_proposed_and_not_taken(browser, go):
    go(browser, "google", Claims(issuer=ADA.issuer, subject="5", email="admin@else.example", verified=True))
    form = form_of(browser.get("/login/join"), "/join")
    assert form["username"].startswith("admin-")
    assert browser.post("/login/join", form | {"username": "admin"}).status_code == 422
    assert browser.post("/login/join", form).status_code == 303


def test_no_transaction_is_open_while_a_provider_is_asked(app, browser, providers, go):
    class Watched(MemoryProvider):
        def meet(self, code, trip):
            with app.uow.transaction():  # they do not nest: inside another this raises
                return super().meet(code, trip)

    providers["google"].__class__ = Watched
    assert go(browser, "google", ADA).status_code == 303


def test_second_factor_of_ours_is_asked_for_after_the_provider(app, site, browser, join, go, clock):
    from tests.web.test_two_factors import set_up

    join(browser, "google", ADA)
    phone, _ = set_up(browser, clock)
    other = Browser(site)
    answer = go(other, "google", ADA, next="/devices")
    assert (answer.headers["Location"], who(other)) == ("/login/second", None)
    other.get("/login/second")
    assert other.post("/login/second", {"code": "000000"}).status_code == 422
    answer = other.post("/login/second", {"code": phone.shows()})
    assert (answer.headers["Location"], who(other)) == ("/devices", "Ada")
