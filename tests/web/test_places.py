"""Places on the site and in the API: by distance, by address, kept once; a degraded page when nobody can be asked."""

import time
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from tests.vendors.google_maps import GoogleMaps

from adapters.clock import SetClock
from adapters.maps.memory import MemoryGeocoder, MemoryGeolocation
from core.domain.kernel.errors import Unavailable
from core.ports.maps import Fix, Spot
from entrypoints.web import make_web

HAMBURG = Spot(latitude=53.55, longitude=9.99, label="Hamburg, Germany", source="memory")
TOWNS = {"Lübeck": (53.87, 10.68), "Oslo": (59.91, 10.74), "Suva": (-18.13, 178.42)}


@pytest.fixture
def geocoder():
    return MemoryGeocoder({"Hamburg": [HAMBURG]})


@pytest.fixture
def mapped(make_app, geocoder):
    """Three towns that were found, one place that was not, and one that belongs to a record."""
    fix = Fix(latitude=53.5, longitude=10.0, accuracy=25_000.0, source="memory")
    app = make_app(geocoder=geocoder, geolocation=MemoryGeolocation(fix), clock=SetClock(datetime.now(UTC)))
    with app.uow.transaction():
        for name, (north, east) in TOWNS.items():
            app.clock.pass_by(seconds=1)  # of two in one millisecond, either may come first
            place, _ = app.place_desk.add(name=name, address=name)
            place.settle(
                [Spot(latitude=north, longitude=east, label=f"{name}, found", source="memory")], app.clock.now()
            )
        app.clock.pass_by(seconds=1)
        app.place_desk.add(name="Nowhere", address="Nowhere")
        app.place_desk.add(name="Hidden", address="Hamburg", kind="user", record_id="usr_1")
    return app


@pytest.fixture
def client(mapped):
    return make_web(mapped).test_client()


def near(client, **asked):
    answer = client.get("/api/v1/places/near", query_string=asked)
    assert answer.status_code == 200, answer.text
    return [(one["name"], round(one["distance"] / 1000)) for one in answer.json["places"]], answer.json


def test_near_places_come_by_distance_from_degrees_or_from_an_address(client):
    far = [("Lübeck", 58), ("Oslo", 709), ("Suva", 15952)]
    assert near(client, lat="53.55", lng="9.99", radius="20000000")[0] == far
    found, told = near(client, address="Hamburg", radius="100000")
    assert found == [("Lübeck", 58)]
    assert told["here"] == {"latitude": 53.55, "longitude": 9.99, "label": "Hamburg, Germany", "source": "memory"}


def test_places_of_records_are_nobodys_business(client):
    told = client.get("/api/v1/places").json
    assert ([one["name"] for one in told["places"]], told["next"]) == (["Nowhere", "Suva", "Oslo", "Lübeck"], None)
    assert "Hidden" not in client.get("/places").text


@pytest.mark.parametrize(
    ("asked", "status", "fields"),
    [
        ({}, 422, ["lat"]),
        ({"lat": "1"}, 422, ["lng"]),
        ({"lat": "x", "lng": "1"}, 422, ["lat"]),
        ({"lat": "nan", "lng": "1"}, 422, ["lat"]),
        ({"lat": "91", "lng": "181"}, 422, ["lat", "lng"]),
        ({"lat": "1", "lng": "1", "radius": "-1"}, 422, ["radius"]),
        ({"lat": "1", "lng": "1", "after": "soon"}, 422, ["after"]),
        ({"address": "x" * 201}, 422, ["address"]),
        ({"address": "Xyzzyx"}, 404, []),
    ],
)
def test_question_that_cannot_be_answered_is_a_problem(client, asked, status, fields):
    answer = client.get("/api/v1/places/near", query_string=asked)
    assert (answer.status_code, sorted(answer.json.get("errors", {}))) == (status, fields)


def test_pages_lead_on_by_distance(mapped, client):
    with mapped.uow.transaction():
        for number in range(60):
            place, _ = mapped.place_desk.add(name=f"{number}", address="x")
            place.latitude, place.longitude = Decimal(number) / 1000, Decimal(0)
    first = client.get("/api/v1/places/near?lat=0&lng=0").json
    second = client.get(first["next"]).json
    names = [one["name"] for one in first["places"] + second["places"]]
    assert (names, second["next"]) == ([f"{number}" for number in range(60)], None)
    page = client.get("/places?lat=0&lng=0&radius=10")
    assert (page.text.count('<li id="plc_'), "after=" in page.text) == (20, True)


def test_place_is_taken_once_and_can_be_watched(mapped, client):
    sent = [client.post("/api/v1/places", json={"name": "Mill", "address": "Oslo"}, headers={"Idempotency-Key": "k"})
            for _ in range(2)]  # fmt: skip
    assert [answer.status_code for answer in sent] == [202, 202]
    assert sent[0].json == sent[1].json
    assert client.get(sent[0].json["status_url"]).json["state"] == "ready"
    refused = client.post("/api/v1/places", json={"name": "", "address": "x" * 201})
    assert (refused.status_code, sorted(refused.json["errors"])) == (422, ["address", "name"])
    assert client.post("/api/v1/places", json={"name": "x", "address": "y", "kind": "user"}).status_code == 422
    assert client.post("/api/v1/places", data="{", content_type="application/json").status_code == 400


def test_page_lists_what_is_near_and_lets_the_browser_say_where_it_is(client):
    page = client.get("/places?address=Hamburg&radius=1000")
    assert [page.text.find(name) > 0 for name in ("Lübeck", "58 km", "Oslo", "709 km", "Suva")] == [True] * 4 + [False]
    assert "geolocation=(self)" in page.headers["Permissions-Policy"]
    assert "geolocation=()" in client.get("/contact").headers["Permissions-Policy"]


def test_network_stands_in_for_a_browser_that_does_not_say(client):
    assert "give or take 25 km" in client.get("/places?me=1").text


def test_network_that_nobody_knows_is_said_to_be_so(mapped, client):
    mapped.geolocation.fix = None
    assert "Nobody can say where you are" in client.get("/places?me=1").text


def test_no_connection_is_held_while_an_address_is_asked_for(mapped, client):
    class Watching(MemoryGeocoder):
        def locate(self, address):
            with pytest.raises(RuntimeError):
                mapped.uow.connection
            return [HAMBURG]

    mapped.atlas._geocoder = Watching()
    assert "58 km" in client.get("/places?address=Kiel").text


@pytest.mark.parametrize("asked", ["address=Xyzzyx", "lat=1", "lat=north&lng=1", f"address={'x' * 300}", "address=%00"])
def test_question_that_nobody_understands_still_gives_a_page(client, asked):
    page = client.get(f"/places?{asked}")
    assert (page.status_code in (200, 422), "Lübeck" in page.text, "notice" in page.text) == (True, True, True)


def test_tiles_of_a_server_are_let_in_and_no_others(make_app):
    app = make_app(settings={"map_tiles": "https://{s}.tiles.example.com/{z}/{x}/{y}.png"})
    page = make_web(app).test_client().get("/places")
    assert "img-src 'self' https://*.tiles.example.com data:;" in page.headers["Content-Security-Policy"]


def test_black_hole_gives_a_page_with_a_sentence_within_two_seconds(make_app, mapped):
    with GoogleMaps() as google:
        app = make_app(settings={
            "geocoder": "google,nominatim", "google_maps": {"api_key": google.key, "base_url": google.url},
            "nominatim": {"base_url": google.url},
        })  # fmt: skip
        client = make_web(app).test_client()
        assert "Nobody knows this address" in client.get("/places?address=Xyzzyx").text
        google.be("slow", seconds=30.0)
        begun = time.monotonic()
        page = client.get("/places?address=Kiel")
        took = time.monotonic() - begun
    assert (page.status_code, took < 2, "Lübeck" in page.text) == (503, True, True)
    assert "cannot be looked up just now" in page.text


def test_geocoder_that_fails_is_no_end_of_the_page(client, geocoder):
    geocoder.fail_with = Unavailable("Away.")
    page, answer = client.get("/places?address=Kiel"), client.get("/api/v1/places/near?address=Kiel")
    assert (page.status_code, "Suva" in page.text, answer.status_code) == (503, True, 503)
    assert page.headers["Retry-After"] == "5"
    assert (answer.json["detail"], "Retry-After" in answer.headers) == ("Away.", True)
