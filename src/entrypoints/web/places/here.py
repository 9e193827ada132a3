"""What a request measures from: degrees, an address, or the network; it draws no page."""

from __future__ import annotations

import math
from dataclasses import dataclass

from flask import request

from core.domain.kernel.deadlines import within
from core.domain.kernel.errors import Invalid
from core.domain.places import Nearby, Point
from entrypoints.container import App

PATIENCE = 1.3
"""Seconds for whoever knows addresses; with all that is around it a page takes less than two (promise 10)."""


@dataclass(frozen=True, kw_only=True)
class Here:
    """A point, the address it has and who found that; `accuracy` is in metres where it is only about right."""

    point: Point
    label: str = ""
    source: str = ""
    accuracy: float = 0.0


def where(app: App) -> Here | None:
    """Return the point that this request names, by degrees or by address; None when nobody knows the address.

    Raises `Invalid` when it names none, `Unavailable` and `Rejected` when nobody can be asked.
    """
    if request.args.get("address") and not request.args.get("lat"):
        return _of_address(app, request.args["address"])
    point = Point(latitude=degrees_of("lat"), longitude=degrees_of("lng"))
    point.check()
    return Here(point=point)


def of_network(app: App) -> Here | None:
    """Return where the network is that this site asks from: the visitor's too, in a house that has its own."""
    with within(PATIENCE):
        fix = app.geolocation.locate({"considerIp": True})
    if fix is None:
        return None
    point = Point(latitude=fix.latitude, longitude=fix.longitude)
    return Here(point=point, source=fix.source, accuracy=fix.accuracy)


def _of_address(app: App, address: str) -> Here | None:
    with within(PATIENCE):
        spots = app.atlas.locate(address)
    for spot in spots[:1]:
        point = Point(latitude=spot.latitude, longitude=spot.longitude)
        return Here(point=point, label=spot.label, source=spot.source)
    return None


def degrees_of(name: str) -> float:
    """Return degrees from the query. Raises `Invalid`."""
    given = request.args.get(name)
    if given is None:
        raise Invalid({name: "Give lat and lng, or an address."})
    return _number(name, given)


def number_of(name: str, default: float, most: float) -> float:
    """Return a number from the query, not negative and at most `most`. Raises `Invalid`."""
    given = request.args.get(name)
    number = default if given is None else _number(name, given)
    if not 0 <= number <= most:
        raise Invalid({name: f"This must be a number from 0 to {most:.0f}."})
    return number


def mark_of(last: Nearby) -> str:
    """Where a page ended, as text for an address."""
    return f"{last.metres!r}~{last.place.id}"


def read_mark(text: str) -> tuple[float, str] | None:
    """Return the place where a page ended. Raises `Invalid` for a forged one."""
    if not text:
        return None
    metres, _, key = text.partition("~")
    return max(0.0, _number("after", metres)), key[:64]


def _number(name: str, given: str) -> float:
    try:
        number = float(given)
        if not math.isfinite(number):
            raise ValueError
    except ValueError:
        raise Invalid({name: f"{given[:20]!r} is no number. Write it like 53.55."}) from None
    return number
