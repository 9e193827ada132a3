"""`/api/v1/places`: places by address and by distance, for programs; one that is sent is kept and found by a task."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Blueprint, Response, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.domain.idempotency import Answer
from core.domain.kernel.errors import Invalid, NotFound
from core.domain.kernel.ids import is_id
from core.domain.places import FARTHEST, Nearby, Place, Point, State
from core.domain.tasks import Task
from entrypoints import policies
from entrypoints.container import App
from entrypoints.web.answers import OPTIONS, json_answer
from entrypoints.web.api.bodies import json_body, read_shape
from entrypoints.web.api.described import describe
from entrypoints.web.api.once import once
from entrypoints.web.api.shapes import TaskOut, shape_errors
from entrypoints.web.places.here import Here, mark_of, number_of, read_mark, where
from entrypoints.web.presenters import task_resource
from entrypoints.web.visitors import count

MOST, NEAR = 50, 50_000.0
NOBODY_KNOWS = "Nobody knows this address. Write it as a street and a town, or give lat and lng."
DEGREES = "Degrees, WGS 84; null until it was found."


class PlaceIn(BaseModel):
    """A place that is to be found."""

    model_config = ConfigDict(
        extra="forbid", strict=True,
        json_schema_extra={"example": {"name": "Town hall", "address": "Rathausmarkt 1, Hamburg"}},
    )  # fmt: skip
    name: str = Field(min_length=1, max_length=100, description="One line.")
    address: str = Field(min_length=1, max_length=200, description="A street and a town, or a town, on one line.")


class PlaceOut(BaseModel):
    """A place by its address, and where that is."""

    id: str
    name: str
    address: str
    state: str = Field(
        description="unknown: nobody knows the address. failed: nobody could be asked.",
        json_schema_extra={"enum": [str(state) for state in State]},
    )
    label: str = Field(description="The address as whoever found it writes it.")
    source: str = Field(description="Who found it.")
    latitude: float | None = Field(description=DEGREES)
    longitude: float | None = Field(description=DEGREES)
    created_at: datetime


class PlacesOut(BaseModel):
    """A page of places, newest first."""

    places: list[PlaceOut]
    next: str | None = Field(description="Where the next page is; null after the last.")


class NearbyOut(PlaceOut):
    """A place that is near."""

    distance: float = Field(description="Metres along the ground.")


class HereOut(BaseModel):
    """What distances are measured from."""

    latitude: float
    longitude: float
    label: str
    source: str = Field(description="Who found the address; empty for degrees that were given.")


class VicinityOut(BaseModel):
    """A page of places, nearest first."""

    here: HereOut
    places: list[NearbyOut]
    next: str | None = Field(description="Where the next page is; null after the last.")


class PlaceTakenOut(BaseModel):
    """The place is kept; the task finds it."""

    id: str
    status_url: str = Field(description="Ask here how the task is; the key in it opens this task and nothing else.")
    place: PlaceOut
    task: TaskOut


def add_routes(api: Blueprint, app: App) -> None:
    """Put the routes on the API."""
    _add_list(api, app)
    _add_vicinity(api, app)
    _add_taking(api, app)


def _add_list(api: Blueprint, app: App) -> None:
    @api.get("/places")
    @policies.anyone
    @describe(
        gives={200: PlacesOut}, problems=(422, 429, 503), tag="Places",
        asks={"before": "The id of a place: those made before it. The newest when left out."},
    )  # fmt: skip
    def list_places() -> Response:
        """List places.

        Newest first, fifty a page. Those that belong to a record of ours are not among them.
        """
        before = request.args.get("before", "")
        if before and not is_id(before, "plc"):
            raise Invalid(
                {"before": "This is no id of a place, which is like plc_…. Follow `next` of the page before."}
            )
        with app.uow.reading():
            found = app.places.newest(MOST + 1, before)
        onward = f"/api/v1/places?before={found[MOST - 1].id}" if len(found) > MOST else None
        return json_answer({"places": [_shown(place) for place in found[:MOST]], "next": onward})


def _add_vicinity(api: Blueprint, app: App) -> None:
    @api.get("/places/near")
    @policies.anyone
    @describe(
        gives={200: VicinityOut}, problems=(404, 422, 429, 503), tag="Places",
        reasons={404: "Nobody knows that address."},
        asks={
            "lat": "Degrees of latitude, like 53.55; with lng.", "lng": "Degrees of longitude, like 9.99; with lat.",
            "address": "An address to measure from instead, like Rathausmarkt 1, Hamburg.",
            "radius": "Metres, at most 20037509; 50000 when left out.", "after": "Where the page before ended.",
        },
    )  # fmt: skip
    def list_near_places() -> Response:
        """List places near a point or an address.

        Nearest first, fifty a page. An address that was asked for before is answered at once; another one is asked for
        outside, within two seconds.
        """
        if request.args.get("address"):
            count(app, "maps")
        radius, after = number_of("radius", NEAR, FARTHEST + 1), read_mark(request.args.get("after", ""))
        here = where(app)
        if here is None:
            raise NotFound(NOBODY_KNOWS)
        with app.uow.reading():
            found = app.vicinity.near(here.point, radius, MOST + 1, after)
        return json_answer(_vicinity(here, found))


def _add_taking(api: Blueprint, app: App) -> None:
    @api.post("/places")
    @policies.anyone(limit="maps")
    @describe(
        takes=PlaceIn, gives={202: PlaceTakenOut}, problems=(400, 409, 413, 415, 422, 429, 503), tag="Places",
        idempotent=True,
    )  # fmt: skip
    def add_place() -> Response:
        """Add a place.

        The place and the task that finds it are kept together before this is answered: a 202 is never lost.
        """
        body = json_body()
        try:
            given = read_shape(PlaceIn, body)
        except ValidationError as wrong:
            raise shape_errors(wrong) from None
        return once(app, body, lambda: _taken(app, *app.place_desk.add(name=given.name, address=given.address)))


def _taken(app: App, place: Place, task: Task) -> Answer:
    status = f"/api/v1/tasks/{task.id}?key={app.links.sign(task.id)}"
    told = {"id": place.id, "status_url": status, "place": _shown(place), "task": task_resource(task)}
    body = orjson.dumps(told, option=OPTIONS).decode()
    return Answer(status=202, headers={"Location": status}, body=body)


def _vicinity(here: Here, found: list[Nearby]) -> dict[str, Any]:
    page, point = found[:MOST], here.point
    onward = None
    if len(found) > MOST:
        onward = f"/api/v1/places/near?{urlencode({**request.args.to_dict(), 'after': mark_of(page[-1])})}"
    return {
        "here": _here(point, here),
        "places": [{**_shown(one.place), "distance": round(one.metres, 1)} for one in page],
        "next": onward,
    }


def _here(point: Point, here: Here) -> dict[str, Any]:
    return {"latitude": point.latitude, "longitude": point.longitude, "label": here.label, "source": here.source}


def _shown(place: Place) -> dict[str, Any]:
    """Return the place exactly as the API shows it; why it failed is for whoever runs the site."""
    point = place.point
    return {
        "id": place.id,
        "name": place.name,
        "address": place.address,
        "state": str(place.state),
        "label": place.label if place.state == State.FOUND else "",
        "source": place.source,
        "latitude": point and point.latitude,
        "longitude": point and point.longitude,
        "created_at": place.created_at,
    }
