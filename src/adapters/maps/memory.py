"""Maps in memory, for tests: they know what they are told, and fail when they are told to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.domain.kernel.errors import Rejected
from core.ports.maps import Fix, Spot


class MemoryGeocoder:
    """`core.ports.maps.Geocoder`. `asked` holds every address that was asked for."""

    def __init__(self, known: Mapping[str, Sequence[Spot]] | None = None) -> None:
        self.known, self.asked = dict(known or {}), list[str]()
        self.fail_with: Exception | None = None

    def locate(self, address: str) -> Sequence[Spot]:
        self.asked.append(address)
        if self.fail_with is not None:
            raise self.fail_with
        if not address.strip():
            raise Rejected("There is no address to look for. Type a street and a town, or a town.")
        return self.known.get(address, [])


class MemoryGeolocation:
    """`core.ports.maps.Geolocation`."""

    def __init__(self, fix: Fix | None = None) -> None:
        self.fix, self.asked = fix, list[dict[str, Any]]()
        self.fail_with: Exception | None = None

    def locate(self, heard: dict[str, Any]) -> Fix | None:
        self.asked.append(heard)
        if self.fail_with is not None:
            raise self.fail_with
        return self.fix
