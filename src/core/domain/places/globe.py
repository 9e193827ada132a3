"""Points on the globe and how far they are from each other; it knows no address and no map.

The earth is a ball here, of the mean radius of the IUGG: distances are off by half a percent at most.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from core.domain.kernel.errors import Invalid

EARTH = 6_371_008.8
"""Metres from the middle to the ground."""
FARTHEST = math.pi * EARTH
"""Metres to the other side of the world."""
MARGIN = 1e-5
"""Degrees, a metre: what a box is wider than its circle, for what rounding takes away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Degrees of latitude (north is positive) and longitude (east is positive)."""

    latitude: float
    longitude: float

    def check(self) -> None:
        """Raise `Invalid` unless this is on the globe."""
        wrong = {}
        if not abs(self.latitude) <= 90:
            wrong["lat"] = "The latitude must be a number of degrees from -90 to 90, like 53.55."
        if not abs(self.longitude) <= 180:
            wrong["lng"] = "The longitude must be a number of degrees from -180 to 180, like 9.99."
        if wrong:
            raise Invalid(wrong)


@dataclass(frozen=True, kw_only=True)
class Box:
    """What lies between two latitudes and in one or two spans of longitude: two where it crosses the date line."""

    south: float
    north: float
    spans: tuple[tuple[float, float], ...]

    def holds(self, point: Point) -> bool:
        """Whether a point is inside, or on the edge."""
        is_between = any(west <= point.longitude <= east for west, east in self.spans)
        return self.south <= point.latitude <= self.north and is_between


ALL_AROUND = ((-180.0, 180.0),)


def distance(one: Point, other: Point) -> float:
    """Metres between two points along the ground (haversine), to the millimetre: what lies together is equally far."""
    south, north = math.radians(one.latitude), math.radians(other.latitude)
    across = math.radians(other.longitude - one.longitude)
    part = math.sin((north - south) / 2) ** 2 + math.cos(south) * math.cos(north) * math.sin(across / 2) ** 2
    return round(2 * EARTH * math.asin(math.sqrt(min(1.0, part))), 3)


def around(middle: Point, metres: float) -> Box:
    """The smallest box that holds everything within so many metres.

    A circle that reaches over a pole crosses every meridian (http://janmatuschek.de/LatitudeLongitudeBoundingCoordinates).
    """
    angle = min(metres, FARTHEST) / EARTH
    south, north = (middle.latitude + math.degrees(way) for way in (-angle, angle))
    box = Box(south=max(-90.0, south - MARGIN), north=min(90.0, north + MARGIN), spans=ALL_AROUND)
    if box.south == -90.0 or box.north == 90.0:
        return box
    wide = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(middle.latitude))))) + MARGIN
    return Box(south=box.south, north=box.north, spans=_spans(middle.longitude - wide, middle.longitude + wide))


def _spans(west: float, east: float) -> tuple[tuple[float, float], ...]:
    if west < -180:
        return (west + 360, 180.0), (-180.0, east)
    if east > 180:
        return (west, 180.0), (-180.0, east - 360)
    return ((west, east),)
