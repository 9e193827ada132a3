"""OpenStreetMap's geocoder, ours or the public one, whose policy is kept: it is told who asks, and asked in turn.

https://nominatim.org/release-docs/latest/api/Search/, https://operations.osmfoundation.org/policies/nominatim/
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from geopy.geocoders import Nominatim

from adapters.maps.line import GeopyLine, Line, check, parts, read, spot
from core.domain.kernel.deadlines import time_left
from core.domain.kernel.errors import Rejected, Unavailable
from core.ports.maps import Spot

PUBLIC = "https://nominatim.openstreetmap.org"
VENDOR = "nominatim"
MOST = 5
LONGEST_QUEUE = 120.0
"""Seconds; half of what the asker has left is spent on waiting for a turn, at most half of this."""


class Turns(Protocol):
    """Whose turn it is to ask."""

    def take(self, patience: float) -> None:
        """Return when it is our turn. Raises `Unavailable` when that would take more than `patience` seconds."""
        ...


class NominatimGeocoder:
    """`core.ports.maps.Geocoder`, through geopy."""

    def __init__(self, agent: str, turns: Turns, base: str = PUBLIC, timeout: float = 10.0) -> None:
        scheme, domain = parts(base or PUBLIC)
        line = GeopyLine(Line(VENDOR, timeout), _judge)
        self._turns = turns
        self._nominatim = Nominatim(user_agent=agent, scheme=scheme, domain=domain, adapter_factory=lambda **_: line)

    def locate(self, address: str) -> Sequence[Spot]:
        asked = check(address)
        self._turns.take(time_left(LONGEST_QUEUE) / 2)
        found = read(VENDOR, lambda: self._nominatim.geocode(asked, exactly_one=False, limit=MOST)) or []
        return read(VENDOR, lambda: [spot(one.latitude, one.longitude, one.address, VENDOR) for one in found[:MOST]])


def _judge(status: int, told: Any) -> None:
    """Raise unless this is a list of places, empty or not. Only a 400 is about the address; the rest is about us."""
    if status == 400:
        raise Rejected("Nominatim cannot look for this address (400). Write it as a street and a town.")
    if status in (401, 403):
        raise Unavailable(
            f"Nominatim refuses us ({status}). Whom does ENGINEBAY_NOMINATIM__CONTACT name to its operators?"
        )
    if status != 200 or not isinstance(told, list):
        raise Unavailable(f"Nominatim gave an answer that is no list of places ({status}).")
