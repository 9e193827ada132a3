"""Places are taken in at once and looked for by a task; near ones are found by distance. It knows no map and no SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.kernel.deadlines import within
from core.domain.kernel.errors import Rejected, Unavailable
from core.domain.kernel.ids import new_id
from core.domain.kernel.marks import Effects, task
from core.domain.places.atlas import Atlas
from core.domain.places.globe import FARTHEST, Point, around, distance
from core.domain.places.place import Place, State
from core.domain.tasks import Outbox, Run, Task
from core.ports.clock import Clock
from core.ports.maps import Spot
from core.ports.places import Places
from core.ports.unit_of_work import UnitOfWork

TRIES = 8
"""A quarter of an hour at most; after that somebody has to say that it is worth it."""
PATIENCE = 120.0
"""Seconds for everybody who may know; most of it is for who takes one question at a time."""
FIRST_REACH, WIDER = 1000.0, 4
"""Metres that are looked through first, and by how much more each time that is not enough."""
LOCATE = "places.locate"


class PlaceDesk:
    """Takes places in, and has them looked for."""

    def __init__(self, places: Places, outbox: Outbox, clock: Clock) -> None:
        self._places, self._outbox, self._clock = places, outbox, clock

    def add(self, *, name: str, address: str, kind: str = "", record_id: str = "") -> tuple[Place, Task]:
        """Keep a place and the task that finds it, together. Raises `Invalid` naming each bad field."""
        now = self._clock.now()
        place = Place(
            id=new_id("plc", now), name=name, address=address, kind=kind, record_id=record_id, created_at=now,
            updated_at=now,
        )  # fmt: skip
        place.check()
        self._places.add(place)
        return place, self._look_for(place)

    def changing(self, before: Place, after: Place) -> None:
        """Have a place looked for whose address will be another one; `before` is the place itself."""
        if before.address != after.address:
            before.wait()
            self._look_for(before)

    def restoring(self, place: Place) -> None:
        """Have a place looked for that was deleted before it was found."""
        if place.state == State.WAITING:
            self._look_for(place)

    def find_again(self, place_id: str) -> Task:
        """Have a place looked for once more. Raises `NotFound`."""
        place = self._places.get(place_id)
        place.wait()
        return self._look_for(place)

    def _look_for(self, place: Place) -> Task:
        return self._outbox.enqueue(LOCATE, {"place_id": place.id}, dedupe_key=f"{LOCATE}:{place.id}")


class Surveyor:
    """Finds places, as a task."""

    def __init__(self, places: Places, atlas: Atlas, uow: UnitOfWork) -> None:
        self._places, self._atlas, self._uow = places, atlas, uow

    @task(LOCATE, queue="maps", effects=Effects.OUTSIDE, attempts=TRIES, limit=180.0)
    def locate(self, run: Run, place_id: str) -> None:
        """Find a place by its address; what was asked before is not asked again.

        An address that nobody knows is an answer. Where nobody can be asked the place is FAILED after the last try.
        """
        with run.start():
            place = self._places.find(place_id)
            asked = place.address if place is not None else ""
            known = self._atlas.recall(asked) if asked else []
        spots = self._ask(asked, place_id, run) if known is None else known
        result = {"found": spots[0].label, "by": spots[0].source} if spots else {"found": None}
        run.settle(result, lambda: self._settle(place_id, asked, spots, run))

    def _ask(self, address: str, place_id: str, run: Run) -> Sequence[Spot]:
        try:
            with within(PATIENCE):
                spots = self._atlas.ask(address)
        except (Unavailable, Rejected) as failure:
            if isinstance(failure, Rejected) or run.attempt >= TRIES:
                self._give_up(place_id, address, failure.sentence, run)
            raise
        with self._uow.transaction():
            self._atlas.keep(address, spots)
        return spots

    def _settle(self, place_id: str, asked: str, spots: Sequence[Spot], run: Run) -> None:
        place = self._places.find(place_id)
        if place is not None and place.address == asked:  # another address has another task
            place.settle(spots, run.now())

    def _give_up(self, place_id: str, asked: str, why: str, run: Run) -> None:
        with self._uow.transaction():
            run.keep({"failed": why})
            place = self._places.find(place_id)
            if place is not None and place.address == asked:
                place.fail(why, run.now())


@dataclass(frozen=True, kw_only=True)
class Nearby:
    """A place, and how many metres away it is."""

    place: Place
    metres: float


Mark = tuple[float, str]
"""Where a page ended: the distance and the id of its last place."""


class Vicinity:
    """Tells which places are near. Every verb acts in the caller's reading block."""

    def __init__(self, places: Places) -> None:
        self._places = places

    def near(self, here: Point, radius: float, most: int, after: Mark | None = None) -> list[Nearby]:
        """Return up to `most` places within `radius` metres, nearest first, beyond the mark. Raises `Invalid`.

        It looks through a small circle first and widens it until the page is full: what a page costs depends on how
        many it shows, not on how many there are.
        """
        here.check()
        reach, found = max(FIRST_REACH, after[0] if after else 0.0), list[Mark]()
        while True:
            reach = min(reach, radius, FARTHEST)
            found = self._within(here, reach, after)
            if len(found) >= most or reach >= min(radius, FARTHEST):
                break
            reach *= WIDER
        return self._whole(found[:most])

    def _within(self, here: Point, reach: float, after: Mark | None) -> list[Mark]:
        rows = ((distance(here, point), key) for key, point in self._places.inside(around(here, reach)))
        return sorted(row for row in rows if row[0] <= reach and (after is None or row > after))

    def _whole(self, found: list[Mark]) -> list[Nearby]:
        places: dict[Any, Place] = {place.id: place for place in self._places.some([key for _, key in found])}
        return [Nearby(place=places[key], metres=metres) for metres, key in found if key in places]
