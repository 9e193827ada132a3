"""Asking where an address is, and where somebody is; no word here of any vendor. Degrees are WGS 84."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A point on the map and its address in words. `source` is who found it."""

    latitude: float
    longitude: float
    label: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Fix:
    """Where somebody is, give or take `accuracy` metres."""

    latitude: float
    longitude: float
    accuracy: float
    source: str


class Geocoder(Protocol):
    """Knows where addresses are."""

    def locate(self, address: str) -> Sequence[Spot]:
        """Return where the address may be, best first; an empty answer means that nobody knows it, and is no failure.

        Raises `Unavailable` or `Rejected` (the question itself is refused).
        """
        ...


class Geolocation(Protocol):
    """Knows where a device is, by the networks it hears."""

    def locate(self, heard: dict[str, Any]) -> Fix | None:
        """Return where the device is, or None when nobody knows; `heard` is what Google's Geolocation API takes
        (considerIp, wifiAccessPoints, cellTowers). Raises `Unavailable` or `Rejected`."""
        ...
