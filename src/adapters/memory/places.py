"""Places in memory, for tests that must be instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.memory.repositories import Shelf
from adapters.memory.store import find
from core.domain.places import Box, Geocode, Place, Point


class MemoryPlaces(Shelf):
    kind = "place"

    def add(self, place: Place) -> None:
        self._rows[place.id] = place

    def find(self, place_id: str) -> Place | None:
        return self._rows.get(place_id)

    def get(self, place_id: str) -> Place:
        found: Place = find(self._rows, place_id, self.kind)
        return found

    def some(self, ids: Sequence[str]) -> list[Place]:
        return [self._rows[key] for key in ids if key in self._rows]

    def of(self, kind: str, record_id: str) -> list[Place]:
        return [place for place in self._ordered() if (place.kind, place.record_id) == (kind, record_id)]

    def newest(self, most: int, before: str = "") -> list[Place]:
        return [place for place in self._ordered()[::-1] if not place.kind and (not before or place.id < before)][:most]

    def inside(self, box: Box) -> list[tuple[str, Point]]:
        known = ((place.id, place.point) for place in self._rows.values() if not place.kind)
        return [(key, point) for key, point in known if point is not None and box.holds(point)]

    def _ordered(self) -> list[Place]:
        return [self._rows[key] for key in sorted(self._rows)]


class MemoryGeocodes(Shelf):
    kind = "geocode"

    def find(self, fingerprint: str) -> Geocode | None:
        return self._rows.get(fingerprint)

    def keep(self, geocode: Geocode) -> None:
        self._rows[geocode.id] = geocode

    def remove_before(self, instant: datetime) -> int:
        return self._remove(lambda geocode: geocode.asked_at < instant)


PARTS = {"places": MemoryPlaces, "geocodes": MemoryGeocodes}
