"""What everybody who knows addresses promises: memory, the sandbox, Google and Nominatim over loopback."""

from __future__ import annotations

import json
import time

import pytest
from tests.vendors.google_maps import GoogleMaps
from tests.vendors.nominatim import Nominatim
from tests.worker.conftest import valkey  # noqa: F401 – a fixture

from adapters.maps.google import GoogleGeocoder, GoogleGeolocation
from adapters.maps.memory import MemoryGeocoder, MemoryGeolocation
from adapters.maps.nominatim import NominatimGeocoder
from adapters.maps.sandbox import SandboxGeocoder, SandboxGeolocation
from adapters.maps.turns import RedisTurns
from core.domain.kernel.errors import Rejected, Unavailable
from core.ports.maps import Fix, Spot

TOWN_HALL = "Rathausmarkt 1, Hamburg"
AGENT = "Enginebay (ops@example.com)"
NO_REDIS = "redis://127.0.0.1:1/0"


class AtOnce:
    """Turns for tests: it is always ours."""

    def take(self, patience: float) -> None:
        """Return."""


@pytest.fixture(scope="module")
def google():
    with GoogleMaps() as vendor:
        yield vendor


@pytest.fixture(scope="module")
def nominatim():
    with Nominatim() as vendor:
        yield vendor


@pytest.fixture(autouse=True)
def _well(google, nominatim):
    yield
    google.be("well")
    nominatim.be("well")
    google.status = ""


@pytest.fixture
def real(google, nominatim):
    """The real adapters, by vendor, beside the server each asks; both wait 0.3 s at most."""
    return {
        "google": (GoogleGeocoder(google.key, google.url, timeout=0.3), google),
        "nominatim": (NominatimGeocoder(AGENT, AtOnce(), nominatim.url, timeout=0.3), nominatim),
    }


@pytest.fixture(params=["memory", "sandbox", "google", "nominatim"])
def geocoder(request, real):
    if request.param in real:
        return real[request.param][0]
    known = {TOWN_HALL: [Spot(latitude=53.55, longitude=9.99, label="Rathausmarkt 1, Hamburg", source="memory")]}
    return {"memory": MemoryGeocoder(known), "sandbox": SandboxGeocoder("sandbox")}[request.param]


def test_address_is_found_with_its_label_and_who_found_it(geocoder):
    best = geocoder.locate(TOWN_HALL)[0]
    assert (round(best.latitude), round(best.longitude)) == (54, 10)
    assert ("Rathausmarkt" in best.label, best.source in ("memory", "sandbox", "google", "nominatim")) == (True, True)


def test_unknown_address_is_an_empty_answer_and_no_failure(geocoder):
    assert list(geocoder.locate("Qwrtzstrasse 99, Xyzzyx")) == []


@pytest.mark.parametrize("address", ["", "  \n "])
def test_no_address_is_refused(geocoder, address):
    with pytest.raises(Rejected, match="There is no address to look for"):
        geocoder.locate(address)


@pytest.mark.parametrize("vendor", ["google", "nominatim"])
@pytest.mark.parametrize("mood", ["drop", "refuse", "slow", "garbage", 500, 503, 302])
def test_vendor_that_is_not_well_is_unavailable(real, vendor, mood):
    geocoder, server = real[vendor]
    server.be(mood, seconds=3.0)
    begun = time.monotonic()
    with pytest.raises(Unavailable) as away:
        geocoder.locate(TOWN_HALL)
    assert time.monotonic() - begun < 1
    assert (vendor in away.value.sentence.lower(), GoogleMaps.key in str(away.value)) == (True, False)
    assert away.value.__cause__ is None


@pytest.mark.parametrize(("vendor", "status", "failure"), [
    ("google", 400, Rejected), ("google", 403, Unavailable), ("google", 404, Unavailable),
    ("nominatim", 400, Rejected), ("nominatim", 403, Unavailable), ("nominatim", 404, Unavailable),
])  # fmt: skip
def test_refusal_is_told_by_its_status_whatever_its_words(real, vendor, status, failure):
    geocoder, server = real[vendor]
    server.be(status)
    with pytest.raises(failure) as refused:
        geocoder.locate(TOWN_HALL)
    assert type(refused.value) is failure


@pytest.mark.parametrize("vendor", ["google", "nominatim"])
def test_vendor_that_is_asked_too_often_says_how_long_to_wait(real, vendor):
    geocoder, server = real[vendor]
    server.be(429, retry_after="7")
    with pytest.raises(Unavailable) as later:
        geocoder.locate(TOWN_HALL)
    assert later.value.retry_after == 7


@pytest.mark.parametrize(
    "body",
    [b"[]", b"5", b'{"status": "OK", "results": [{}]}', b"[" * 60_000, b'{"status": "OK", "results": 5}',
     b" " * 600_000,
     b'{"status": "OK", "results": [{"formatted_address": "x", "geometry": {"location": {"lat": 91, "lng": "x"}}}]}',
     b'[{"lat": "north", "lon": "1"}]', b'[{"lat": "91", "lon": "1", "display_name": "x"}]', b'[{"lat": null}]', b"{}"],
    ids=range(11),
)  # fmt: skip
@pytest.mark.parametrize("vendor", ["google", "nominatim"])
def test_hostile_answer_is_unavailable_with_a_sentence(real, vendor, body):
    geocoder, server = real[vendor]
    server.be("garbage")
    server.garbage = body
    if vendor == "nominatim" and body == b"[]":
        assert list(geocoder.locate(TOWN_HALL)) == []
        return
    with pytest.raises(Unavailable):
        geocoder.locate(TOWN_HALL)


@pytest.mark.parametrize(
    ("status", "failure"),
    [("REQUEST_DENIED", Unavailable), ("OVER_QUERY_LIMIT", Unavailable), ("OVER_DAILY_LIMIT", Unavailable),
     ("UNKNOWN_ERROR", Unavailable), ("WHO_KNOWS", Unavailable), ("INVALID_REQUEST", Rejected)],
)  # fmt: skip
def test_each_status_of_google_means_what_it_means(real, google, status, failure):
    google.status = status
    with pytest.raises(failure) as refused:
        real["google"][0].locate(TOWN_HALL)
    assert type(refused.value) is failure


def test_google_is_asked_as_its_document_says(real, google):
    real["google"][0].locate(TOWN_HALL)
    asked = google.asked[-1]
    assert (asked.path, asked.query) == ("/maps/api/geocode/json", {"address": TOWN_HALL, "key": google.key})


def test_key_that_google_refuses_leaves_the_address_to_others(google):
    with pytest.raises(Unavailable, match="Google refuses our key"):
        GoogleGeocoder("wrong", google.url).locate(TOWN_HALL)
    with pytest.raises(Unavailable, match="Google refuses our key"):
        GoogleGeolocation("wrong", google.url).locate({})


def test_nominatim_is_told_who_asks(real, nominatim):
    real["nominatim"][0].locate(TOWN_HALL)
    asked = nominatim.asked[-1]
    assert (asked.headers["user-agent"], asked.query) == (AGENT, {"q": TOWN_HALL, "format": "json", "limit": "5"})


def test_nominatim_may_have_a_path_and_refuses_who_hides(nominatim):
    assert NominatimGeocoder(AGENT, AtOnce(), f"{nominatim.url}/maps").locate(TOWN_HALL)[0].source == "nominatim"
    with pytest.raises(Unavailable, match="Nominatim refuses us"):
        NominatimGeocoder("geopy/2.4", AtOnce(), nominatim.url).locate(TOWN_HALL)


@pytest.mark.parametrize("redis", ["running", "away"])
def test_turns_are_taken_one_after_the_other(redis, request):
    from adapters.queue.rq import connect

    address = request.getfixturevalue("valkey") if redis == "running" else NO_REDIS
    turns = RedisTurns(connect(address, timeout=0.05), f"test-{time.time()}", gap=0.1)
    begun = time.monotonic()
    for _ in range(3):
        turns.take(1.0)
    assert 0.2 <= time.monotonic() - begun < 1
    with pytest.raises(Unavailable, match="one at a time") as later:
        turns.take(0.01)
    assert 0 < later.value.retry_after <= 0.1


@pytest.fixture(params=["memory", "sandbox", "google"])
def geolocation(request, google):
    return {
        "memory": lambda: MemoryGeolocation(Fix(latitude=53.5, longitude=10, accuracy=9.0, source="memory")),
        "sandbox": lambda: SandboxGeolocation("sandbox"),
        "google": lambda: GoogleGeolocation(google.key, google.url, timeout=0.3),
    }[request.param]()


NETWORKS = {"considerIp": False, "wifiAccessPoints": [{"macAddress": "84:d4:7e:09:a5:f1", "signalStrength": -43}]}


@pytest.mark.parametrize("heard", [{}, {"considerIp": True}, NETWORKS])
def test_device_is_found_by_what_it_hears(geolocation, heard):
    fix = geolocation.locate(heard)
    assert (round(fix.longitude), fix.accuracy > 1) == (10, True)


@pytest.mark.parametrize("vendor", ["sandbox", "google"])
def test_device_that_may_not_be_found_is_nowhere(google, vendor):
    by = {"sandbox": SandboxGeolocation("sandbox"), "google": GoogleGeolocation(google.key, google.url)}
    assert by[vendor].locate({"considerIp": False}) is None


def test_google_takes_what_was_heard_as_json(google):
    GoogleGeolocation(google.key, google.url).locate(NETWORKS)
    asked = google.asked[-1]
    assert (asked.method, asked.path, asked.query) == ("POST", "/geolocation/v1/geolocate", {"key": google.key})
    assert json.loads(asked.body) == NETWORKS | {"considerIp": "false"}


@pytest.mark.parametrize(("mood", "heard", "failure"), [("slow", {}, Unavailable), (503, {}, Unavailable),
                                                         ("well", {"towers": []}, Rejected)])  # fmt: skip
def test_google_that_cannot_say_where_a_device_is(google, mood, heard, failure):
    google.be(mood, seconds=3.0)
    with pytest.raises(failure):
        GoogleGeolocation(google.key, google.url, timeout=0.3).locate(heard)


@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("Wien", "Vienna, Austria"),
        ("münchen", "Munich, Germany"),
        ("MUENCHEN, Deutschland", "Munich, Germany"),
        ("Birmingham", "Birmingham, United Kingdom"),
        ("Paris Street 12, London", "Paris Street 12, London, United Kingdom"),
    ],
)
def test_sandbox_knows_cities_by_their_names(address, label):
    assert SandboxGeocoder("understudy").locate(address)[0].label == label


def test_sandbox_puts_a_street_always_at_the_same_spot():
    one, again, other = (
        SandboxGeocoder("sandbox").locate(f"{street}, Oslo")[0] for street in ("Gate 1", "gate  1", "Gate 2")
    )
    assert (one.latitude, one.longitude) == (again.latitude, again.longitude)
    assert (abs(one.latitude - 59.91) < 0.05, one.latitude == other.latitude) == (True, False)


def test_sandbox_fails_as_it_was_told():
    def refuse(vendor):
        raise Unavailable(f"{vendor} was told to fail.")

    with pytest.raises(Unavailable, match="geocoder:understudy was told to fail"):
        SandboxGeocoder("understudy", refuse).locate("Oslo")
