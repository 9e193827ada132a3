"""What every provider promises: memory, the sandbox, Google against a real OpenID provider, Facebook against its Graph,
both over loopback."""

from __future__ import annotations

import time
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc.jwk import OctKey, RSAKey
from tests.vendors.facebook import ADA, MARY, Facebook
from tests.vendors.openid import DOCUMENT, KEYS, TOKEN, OpenId

from adapters.clock import SystemClock
from adapters.social.facebook import FacebookSignIn
from adapters.social.google import GoogleSignIn
from adapters.social.memory import MemoryProvider
from adapters.social.sandbox import SandboxProvider
from core.domain.kernel.deadlines import within
from core.domain.kernel.errors import Rejected, Unanswered, Unavailable
from core.ports.social import Claims, Trip

BACK = "http://127.0.0.1:8000/login/from/facebook"
ADAS = {"name": "Ada Lovelace", "email": "ada@example.com", "email_verified": True}
TRIP = Trip(state="s" * 32, nonce="n" * 32, verifier="v" * 64, back=BACK)


@pytest.fixture(scope="module")
def openid():
    with OpenId(ada=ADAS, odd={"email": "ODD", "email_verified": "no"}) as provider:
        yield provider


@pytest.fixture(scope="module")
def graph():
    with Facebook() as vendor:
        yield vendor


@pytest.fixture(autouse=True)
def _well(openid, graph):
    yield
    openid.be("well")
    graph.be("well")
    graph.debugged, graph.named = {}, ""


@pytest.fixture
def google(openid):
    return GoogleSignIn("our-client", "our-secret", openid.discovery, SystemClock(), timeout=5)


@pytest.fixture
def facebook(graph):
    return FacebookSignIn(graph.app_id, graph.secret, SystemClock(), graph.url, timeout=5)


class Town:
    """A provider and somebody who signs in there."""

    def __init__(self, provider, agree, issuer, *, verified):
        self.provider, self._agree, self.issuer, self.verified = provider, agree, issuer, verified

    def agree(self, trip=TRIP):
        """Go there, sign in as Ada, and return the code that comes back."""
        return self._agree(self.provider.send(trip), trip)


@pytest.fixture(params=["memory", "sandbox", "google", "facebook"])
def town(request, openid, graph):
    claims = Claims(issuer="memory", subject="ada", email="ada@example.com", verified=True, name="Ada Lovelace")
    if request.param == "memory":
        memory = MemoryProvider()
        return Town(memory, lambda address, trip: memory.agree(claims), "memory", verified=True)
    if request.param == "sandbox":
        sandbox = SandboxProvider("http://127.0.0.1:8000/login/pretend", "k" * 32)

        def pretend(address, trip):
            asked = dict(parse_qsl(urlsplit(address).query))
            return sandbox.pretend(claims, asked["nonce"], asked["challenge"])

        return Town(sandbox, pretend, "sandbox", verified=True)
    if request.param == "google":
        google = request.getfixturevalue("google")
        return Town(google, lambda address, trip: openid.agree(address, "ada")["code"], openid.url, verified=True)
    facebook = request.getfixturevalue("facebook")
    agree = lambda address, trip: graph.agree(address, ADA)["code"]  # noqa: E731
    return Town(facebook, agree, "https://www.facebook.com", verified=False)


def test_who_agrees_is_met_by_issuer_and_subject(town):
    met = town.provider.meet(town.agree(), TRIP)
    assert (met.issuer, met.email, met.name, met.verified) == (
        town.issuer, "ada@example.com", "Ada Lovelace", town.verified,
    )  # fmt: skip
    assert met.subject in ("ada", ADA.id)


def test_same_person_has_the_same_subject_the_next_time(town):
    first = town.provider.meet(town.agree(), TRIP)
    assert town.provider.meet(town.agree(), TRIP).subject == first.subject


def test_question_carries_its_state(town):
    assert dict(parse_qsl(urlsplit(town.provider.send(TRIP)).query))["state"] == TRIP.state


def test_code_that_nobody_gave_out_is_refused(town):
    town.provider.send(TRIP)
    with pytest.raises(Rejected):
        town.provider.meet("made-up", TRIP)


@pytest.mark.parametrize(
    "other", [replace(TRIP, nonce="x" * 32), replace(TRIP, verifier="x" * 64)], ids=["nonce", "pkce"]
)
@pytest.mark.parametrize("town", ["memory", "sandbox", "google"], indirect=True)
def test_answer_to_another_question_is_refused(town, other):
    with pytest.raises(Rejected):
        town.provider.meet(town.agree(), other)


@pytest.mark.parametrize("town", ["memory", "google", "facebook"], indirect=True)
def test_code_works_once(town):
    code = town.agree()
    town.provider.meet(code, TRIP)
    with pytest.raises(Rejected):
        town.provider.meet(code, TRIP)


def test_google_is_asked_with_pkce_state_and_nonce_and_for_no_more_than_it_takes(google):
    asked = dict(parse_qsl(urlsplit(google.send(TRIP)).query))
    assert (asked["code_challenge_method"], asked["nonce"], asked["scope"], asked["response_type"]) == (
        "S256", TRIP.nonce, "openid email profile", "code",
    )  # fmt: skip
    assert (asked["redirect_uri"], TRIP.verifier in str(asked)) == (BACK, False)


def drop(name):
    return lambda claims: claims.pop(name)


def say(**told):
    return lambda claims: claims.update(told)


def say_in(seconds, name):
    """Counted when the token is made, not when the tests are collected, which can be long before."""
    return lambda claims: claims.update({name: int(time.time()) + seconds})


@pytest.mark.parametrize(
    "twist",
    [say(aud="another-client"), say(aud=["our-client", "another-client"]), say(azp="another-client"),
     say(iss="https://evil.example"), say(nonce="another"), drop("nonce"), drop("exp"), drop("aud"), drop("iss"),
     drop("iat"), say_in(-60, "exp"), say(exp="soon"), say_in(600, "iat"),
     say(at_hash="AAAA"), say(sub=""), say(sub=7), drop("sub")],
    ids=range(17),
)  # fmt: skip
def test_id_token_that_does_not_hold_is_refused(openid, google, twist):
    code = openid.agree(google.send(TRIP), "ada")["code"]
    openid.be("well", twist=twist)
    with pytest.raises(Rejected) as doubt:
        google.meet(code, TRIP)
    assert "google" in doubt.value.sentence


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (RSAKey.generate_key(2048), "RS256"),
        (OctKey.import_key("our-secret-" * 4), "HS256"),
        (OctKey.import_key("x"), "none"),
    ],
    ids=["another's key", "our secret", "no signature"],
)
def test_id_token_that_the_provider_did_not_sign_is_refused(openid, google, key, algorithm):
    code = openid.agree(google.send(TRIP), "ada")["code"]
    openid.be("well", key=key, algorithm=algorithm)
    with pytest.raises(Rejected):
        google.meet(code, TRIP)


def test_address_counts_as_confirmed_only_where_google_says_so(openid, google):
    met = google.meet(openid.agree(google.send(TRIP), "odd")["code"], TRIP)
    assert (met.verified, met.subject) == (False, "odd")


@pytest.mark.parametrize("mood", ["slow", "garbage", 500, 503, 302, 429, 404])
@pytest.mark.parametrize("part", [DOCUMENT, TOKEN, KEYS])
def test_google_that_is_not_well_is_unavailable(openid, google, part, mood):
    other = GoogleSignIn("our-client", "our-secret", openid.discovery, SystemClock(), timeout=5)
    code = openid.agree(other.send(TRIP), "ada")["code"]
    openid.be(mood, ails=part, seconds=3.0)
    begun = time.monotonic()
    with pytest.raises((Unavailable, Rejected)) as away, within(0.5):
        google.meet(code, TRIP)
    assert time.monotonic() - begun < 2
    assert (away.value.__cause__, "our-secret" in str(away.value)) == (None, False)


def test_google_that_is_not_there_is_unavailable():
    with pytest.raises(Unavailable):
        GoogleSignIn("our-client", "our-secret", "http://127.0.0.1:1/", SystemClock(), timeout=0.4).send(TRIP)


def test_lost_answer_to_a_code_is_not_asked_for_again(openid, google):
    code = openid.agree(google.send(TRIP), "ada")["code"]
    openid.be("slow", ails=TOKEN, seconds=3.0)
    with pytest.raises(Unanswered), within(0.5):
        google.meet(code, TRIP)


def test_documents_of_google_are_fetched_once(openid, google):
    openid.asked.clear()
    for _ in range(3):
        google.meet(openid.agree(google.send(TRIP), "ada")["code"], TRIP)
    assert (openid.asked.count(DOCUMENT), openid.asked.count(KEYS)) == (1, 1)


def test_facebook_gives_an_address_that_is_not_confirmed_or_none(graph, facebook):
    met = facebook.meet(graph.agree(facebook.send(TRIP), MARY)["code"], TRIP)
    assert met == Claims(issuer="https://www.facebook.com", subject=MARY.id, name="Mary Somerville")


@pytest.mark.parametrize(
    "said",
    [{"app_id": "666"}, {"app_id": None}, {"is_valid": False}, {"is_valid": "true"}, {"expires_at": 1_700_000_000},
     {"expires_at": "never"}, {"user_id": ""}, {"user_id": MARY.id}, {"user_id": 5}],
    ids=str,
)  # fmt: skip
def test_token_of_facebook_that_was_not_made_for_us_is_refused(graph, facebook, said):
    code = graph.agree(facebook.send(TRIP), ADA)["code"]
    graph.debugged = said
    with pytest.raises(Rejected):
        facebook.meet(code, TRIP)


def test_token_of_facebook_that_never_ends_is_taken(graph, facebook):
    graph.debugged = {"expires_at": 0}
    assert facebook.meet(graph.agree(facebook.send(TRIP), ADA)["code"], TRIP).subject == ADA.id


def test_facebook_that_names_somebody_else_is_refused(graph, facebook):
    graph.named = MARY.id
    with pytest.raises(Rejected, match="two different people"):
        facebook.meet(graph.agree(facebook.send(TRIP), ADA)["code"], TRIP)


@pytest.mark.parametrize("mood", ["drop", "refuse", "slow", "garbage", 500, 503, 302, 429])
def test_facebook_that_is_not_well_is_unavailable(graph, facebook, mood):
    code = graph.agree(facebook.send(TRIP), ADA)["code"]
    graph.be(mood, seconds=3.0)
    begun = time.monotonic()
    with pytest.raises(Unavailable) as away, within(0.5):
        facebook.meet(code, TRIP)
    assert time.monotonic() - begun < 2
    assert (away.value.__cause__, graph.secret in str(away.value)) == (None, False)


@pytest.mark.parametrize(
    "body", [b"[]", b"5", b"{}", b"[" * 60_000, b" " * 600_000, b'{"access_token": 5}'], ids=range(6)
)
def test_hostile_answer_of_facebook_signs_nobody_in(graph, facebook, body):
    code = graph.agree(facebook.send(TRIP), ADA)["code"]
    graph.be("garbage")
    graph.garbage = body
    with pytest.raises((Rejected, Unavailable)):
        facebook.meet(code, TRIP)


def test_wrong_secret_of_ours_is_no_fault_of_who_signs_in(graph):
    facebook = FacebookSignIn(graph.app_id, "wrong", SystemClock(), graph.url)
    with pytest.raises(Unavailable, match="refuses our app"):
        facebook.meet(graph.agree(facebook.send(TRIP), ADA)["code"], TRIP)
