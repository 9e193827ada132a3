"""A place from the form to the map: found by a task, by whoever knows, and given up only when nobody can be asked."""

import pytest

from adapters.mail.memory import MemoryMail
from adapters.maps.memory import MemoryGeocoder
from core.domain.kernel.errors import Rejected, Unavailable
from core.domain.places.desk import TRIES
from core.domain.tasks import State
from core.ports.maps import Spot

OSLO = Spot(latitude=59.91331, longitude=10.73897, label="Oslo, Norway", source="memory")
BERGEN = Spot(latitude=60.39, longitude=5.32, label="Bergen, Norway", source="memory")


@pytest.fixture
def geocoder():
    return MemoryGeocoder({"Oslo": [OSLO, BERGEN], "Bergen": [BERGEN]})


@pytest.fixture
def mapped(make_app, geocoder):
    app = make_app(geocoder=geocoder, mail=MemoryMail())
    with app.uow.transaction():
        app.accounts.first_admin("admin@example.com", "correct horse battery")
    return app


def add(app, address):
    with app.uow.transaction():
        return app.place_desk.add(name="Fram", address=address)


def shown(app, place, task):
    """The place and its task, as they are now."""
    with app.uow.reading():
        return app.places.get(place.id), app.tasks.show(task.id)


def test_place_is_found_by_a_task_at_the_best_spot(mapped, drain_queue):
    place, task = add(mapped, "Oslo")
    drain_queue(mapped, "maps")
    place, task = shown(mapped, place, task)
    assert (place.state, str(place.latitude), str(place.longitude)) == ("found", "59.91331", "10.73897")
    assert (place.label, place.source, task.state) == ("Oslo, Norway", "memory", State.DONE)
    assert task.result == {"found": "Oslo, Norway", "by": "memory"}


def test_address_that_nobody_knows_is_unknown_and_no_failure(mapped, drain_queue):
    place, task = add(mapped, "Xyzzyx")
    drain_queue(mapped, "maps")
    place, task = shown(mapped, place, task)
    assert (place.state, place.point, task.state, task.result) == ("unknown", None, State.DONE, {"found": None})


def test_address_that_was_asked_for_is_not_asked_for_again(mapped, geocoder, drain_queue):
    places = [add(mapped, "Oslo"), add(mapped, "oslo,")]
    drain_queue(mapped, "maps")
    drain_queue(mapped, "maps")
    places += [add(mapped, "OSLO")]
    drain_queue(mapped, "maps")
    assert {shown(mapped, *one)[0].state for one in places} <= {"found", "unknown"}
    assert geocoder.asked.count("OSLO") == 0


def test_geocoder_that_is_away_is_asked_again_and_given_up_at_the_end(mapped, geocoder, drain_queue):
    place, task = add(mapped, "Oslo")
    geocoder.fail_with = Unavailable("The geocoder is away.")
    drain_queue(mapped, "maps")
    now, waiting = shown(mapped, place, task)
    assert (now.state, waiting.state) == ("waiting", State.RETRY)
    with mapped.uow.transaction():
        last = mapped.ledger.lock(task.id)
        last.state, last.due_at, last.attempts = State.READY, None, TRIES - 1
    drain_queue(mapped, "maps")
    now, dead = shown(mapped, place, task)
    assert (now.state, now.label, dead.state) == ("failed", "The geocoder is away.", State.DEAD)
    geocoder.fail_with = None
    with mapped.uow.transaction():
        again = mapped.place_desk.find_again(place.id)
    drain_queue(mapped, "maps")
    now, done = shown(mapped, place, again)
    assert (now.state, done.state) == ("found", State.DONE)


def test_address_that_is_refused_is_given_up_at_once(mapped, geocoder, drain_queue):
    place, task = add(mapped, "Oslo")
    geocoder.fail_with = Rejected("This is no address.")
    drain_queue(mapped, "maps")
    now, dead = shown(mapped, place, task)
    assert (now.state, now.label, dead.state) == ("failed", "This is no address.", State.DEAD)


def test_changed_address_is_found_again_whatever_is_under_way(mapped, drain_queue):
    place, _ = add(mapped, "Oslo")
    drain_queue(mapped, "maps")
    kind, by = mapped.kinds["places"], mapped.users.by_email
    with mapped.uow.transaction():
        admin = by("admin@example.com")
        mapped.records.amend(kind, place.id, {"address": "Bergen"}, admin)
    with mapped.uow.reading():
        assert (mapped.places.get(place.id).state, mapped.places.get(place.id).point) == ("waiting", None)
    drain_queue(mapped, "maps")
    with mapped.uow.reading():
        assert mapped.places.get(place.id).label == "Bergen, Norway"


def test_place_that_is_gone_by_then_harms_nobody(mapped, drain_queue):
    place, task = add(mapped, "Oslo")
    with mapped.uow.transaction():
        mapped.records.delete(mapped.kinds["places"], [place.id], mapped.users.by_email("admin@example.com"))
    drain_queue(mapped, "maps")
    with mapped.uow.reading():
        assert mapped.tasks.show(task.id).state == State.DONE


def test_no_connection_is_held_while_somebody_is_asked(mapped, drain_queue):
    class Watching(MemoryGeocoder):
        def locate(self, address):
            with pytest.raises(RuntimeError):
                mapped.uow.connection
            return [OSLO]

    mapped.atlas._geocoder = Watching()
    place, task = add(mapped, "Oslo")
    drain_queue(mapped, "maps")
    assert shown(mapped, place, task)[1].state == State.DONE
