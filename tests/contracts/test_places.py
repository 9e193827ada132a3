"""Places over every way to keep them: the near ones are found, nearest first, wherever on the globe."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text

from adapters.db.places import inside, places
from adapters.maps.memory import MemoryGeocoder
from core.domain.kernel.errors import Invalid, Rejected
from core.domain.places import FARTHEST, Atlas, Place, Point, State, around, distance
from core.domain.places.atlas import fingerprint
from core.domain.places.place import exact
from core.ports.maps import Spot

OSLO = Spot(latitude=59.9133, longitude=10.739, label="Oslo, Norway", source="memory")
CORNERS = [(0, 180), (0, -180), (90, 0), (90, 77), (-90, 0), (89.999, -120), (0.5, 179.9), (0.5, -179.9), (-17.7, 178)]
COLUMNS = places.columns.keys()
LATITUDES, LONGITUDES = st.floats(-90, 90), st.floats(-180, 180)
POINTS = st.builds(lambda north, east: Point(latitude=north, longitude=east), LATITUDES, LONGITUDES)


def place(number, north=None, east=None, clock=None, **further):
    now = clock.now()
    return Place(
        id=f"plc_{number:026d}", name=f"Place {number}", address=f"Street {number}", created_at=now, updated_at=now,
        state=State.FOUND if north is not None else State.WAITING,
        latitude=None if north is None else exact(north), longitude=None if east is None else exact(east), **further,
    )  # fmt: skip


@pytest.fixture
def laid(kept, clock):
    """Places at every awkward corner of the globe, one that is nowhere yet, and one that belongs to a record."""
    with kept.uow.transaction():
        for number, (north, east) in enumerate(CORNERS):
            kept.places.add(place(number, north, east, clock=clock))
        kept.places.add(place(98, clock=clock))
        kept.places.add(place(99, 0, 180, clock=clock, kind="user", record_id="usr_1"))
    return kept


def near(app, north, east, radius, most=50, after=None):
    with app.uow.reading():
        found = app.vicinity.near(Point(latitude=north, longitude=east), radius, most, after)
    return [(one.place.name, round(one.metres / 1000)) for one in found]


NEAR = [
    (0, 179.99, 100, ["Place 0 1", "Place 1 1", "Place 6 56", "Place 7 57"]),
    (0, -180, 10, ["Place 0 0", "Place 1 0"]),
    (89.9, 45, 30, ["Place 2 11", "Place 3 11", "Place 5 11"]),
    (-89.9, 0, 12, ["Place 4 11"]),
    (10, 10, 100, []),
]


def test_near_places_are_found_across_the_date_line_and_over_the_poles(laid):
    for north, east, kilometres, names in NEAR:
        assert [" ".join(map(str, one)) for one in near(laid, north, east, kilometres * 1000)] == names
    assert len(near(laid, 0, 0, FARTHEST * 2)) == len(CORNERS)
    _walk(laid)


def _walk(laid):
    """Pages follow the distance and miss nobody."""
    here, seen, after = Point(latitude=45.0, longitude=90.0), [], None
    with laid.uow.reading():
        while page := laid.vicinity.near(here, FARTHEST, 2, after):
            seen += [one.place.name for one in page]
            after = page[-1].metres, page[-1].place.id
    assert seen == [name for name, _ in near(laid, 45, 90, FARTHEST)]
    assert len(seen) == len(set(seen)) == len(CORNERS)


@pytest.mark.parametrize(
    ("north", "east", "fields"), [(91, 0, ["lat"]), (0, -181, ["lng"]), (float("nan"), 200, ["lat", "lng"])]
)
def test_point_off_the_globe_is_refused(north, east, fields):
    with pytest.raises(Invalid) as refused:
        Point(latitude=north, longitude=east).check()
    assert sorted(refused.value.fields) == fields


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(POINTS, POINTS, st.floats(0, FARTHEST * 1.1))
@example(Point(latitude=90.0, longitude=12.0), Point(latitude=89.0, longitude=-168.0), 111_200.0)
@example(Point(latitude=0.0, longitude=180.0), Point(latitude=0.0, longitude=-180.0), 0.0)
def test_box_holds_whatever_is_within_its_circle(middle, other, metres):
    if distance(middle, other) <= metres:
        assert around(middle, metres).holds(other)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_near_is_what_brute_force_finds(make_memory, clock, data):
    app, points = make_memory(), data.draw(st.lists(POINTS, max_size=40))
    laid = [place(number, one.latitude, one.longitude, clock=clock) for number, one in enumerate(points)]
    with app.uow.transaction():
        for one in laid:
            app.places.add(one)
    here, radius, most = data.draw(POINTS), data.draw(st.floats(0, FARTHEST)), data.draw(st.integers(1, 10))
    measured = sorted((distance(here, one.point), one.id) for one in laid)
    with app.uow.reading():
        found = app.vicinity.near(here, radius, most)
    assert [(one.metres, one.place.id) for one in found] == [one for one in measured if one[0] <= radius][:most]


@pytest.fixture
def make_memory(clock, tmp_path):
    from adapters.memory import in_memory
    from adapters.queue.inline import InlineWakeUps
    from entrypoints.config import Settings
    from entrypoints.container import build

    return lambda: build(Settings(home=tmp_path / "home"), **in_memory(clock, InlineWakeUps()))


def test_box_is_looked_up_in_the_index(kept, clock, request):
    if "memory" in request.node.name:
        return
    statement = inside(around(Point(latitude=0.0, longitude=179.9), 50_000)).compile(
        kept.uow.engine, compile_kwargs={"literal_binds": True}
    )
    rows = [place(number, number % 170 - 85, number % 350 - 175, clock=clock) for number in range(2000)]
    with kept.uow.transaction():
        kept.uow.connection.execute(insert(places), [{name: getattr(row, name) for name in COLUMNS} for row in rows])
        kept.uow.connection.execute(text("ANALYZE places"))
        explain = "EXPLAIN QUERY PLAN" if "sqlite" in request.node.name else "EXPLAIN"
        plan = "\n".join(str(row) for row in kept.uow.connection.execute(text(f"{explain} {statement}")))
    assert "ix_places_point" in plan, plan


def test_place_is_kept_with_its_task_and_belongs_to_its_record(kept):
    with kept.uow.transaction():
        made, task = kept.place_desk.add(name=" Fram ", address="Oslo", kind="user", record_id="usr_1")
    with kept.uow.reading():
        assert [(one.name, one.state) for one in kept.places.of("user", "usr_1")] == [("Fram", "waiting")]
        assert (kept.tasks.show(task.id).payload, kept.places.newest(10)) == ({"place_id": made.id}, [])
    with kept.uow.transaction(), pytest.raises(Invalid) as refused:
        kept.place_desk.add(name="", address="x" * 201)
    assert sorted(refused.value.fields) == ["address", "name"]
    with kept.uow.transaction(), pytest.raises(Invalid, match="belongs to a kind and a key together"):
        kept.place_desk.add(name="x", address="y", kind="user")


def test_newest_places_come_in_pages(kept, clock):
    with kept.uow.transaction():
        for number in range(5):
            kept.places.add(place(number, clock=clock))
    with kept.uow.reading():
        first = kept.places.newest(2)
        rest = kept.places.newest(9, before=first[-1].id)
    assert [one.name for one in [*first, *rest]] == [f"Place {number}" for number in (4, 3, 2, 1, 0)]


def test_answer_is_used_again_until_it_is_too_old(kept, clock):
    for spots, days in (([OSLO], 30), ([], 1)):
        address = f"Oslo {days}"
        geocoder = MemoryGeocoder({address: spots})
        atlas = Atlas(kept.geocodes, geocoder, clock, kept.uow)
        assert list(atlas.locate(address)) == list(atlas.locate(f" {address.lower()},")) == spots
        clock.instant += timedelta(days=days)
        atlas.locate(address)
        assert geocoder.asked == [address]
        clock.instant += timedelta(seconds=1)
        atlas.locate(address)
        assert geocoder.asked == [address, address]
    clock.instant += timedelta(days=31)
    with kept.uow.transaction():
        assert (atlas.forget(None), atlas.forget(None)) == ({"deleted": 2}, {"deleted": 0})


def test_refusal_is_not_kept(make_memory, clock):
    app, geocoder = make_memory(), MemoryGeocoder({"Oslo": [OSLO]})
    atlas = Atlas(app.geocodes, geocoder, clock, app.uow)
    geocoder.fail_with = Rejected("No.")
    with pytest.raises(Rejected):
        atlas.locate("Oslo")
    geocoder.fail_with = None
    assert list(atlas.locate("Oslo")) == [OSLO]


def test_same_address_has_the_same_fingerprint_and_another_one_another():
    assert fingerprint("Straße 1,  HAMBURG") == fingerprint("straße 1 hamburg") != fingerprint("straße 11 hamburg")
    assert fingerprint("Straße 1/2") != fingerprint("Straße 12")
