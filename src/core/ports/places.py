"""Where places are kept, and what geocoders answered. Every method acts in the block its thread has open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.domain.places import Box, Geocode, Place, Point


class Places(Protocol):
    """Every place. `open` ones belong to no record: they are for everybody to see."""

    def add(self, place: Place) -> None:
        """Keep a new place."""
        ...

    def find(self, place_id: str) -> Place | None:
        """Return a place, to be changed; or None."""
        ...

    def get(self, place_id: str) -> Place:
        """The same. Raises `NotFound`."""
        ...

    def some(self, ids: Sequence[str]) -> list[Place]:
        """Those of these places that are there, in no order."""
        ...

    def of(self, kind: str, record_id: str) -> list[Place]:
        """The places of a record, oldest first."""
        ...

    def newest(self, most: int, before: str = "") -> list[Place]:
        """Up to `most` open places, newest first, made before the one with this id."""
        ...

    def inside(self, box: Box) -> list[tuple[str, Point]]:
        """Ids and points of every open place in a box, in no order; found by an index."""
        ...


class Geocodes(Protocol):
    """What was answered to addresses."""

    def find(self, fingerprint: str) -> Geocode | None:
        """Return the answer, or None."""
        ...

    def keep(self, geocode: Geocode) -> None:
        """Keep an answer, in place of an older one; two at once do not hinder each other."""
        ...

    def remove_before(self, instant: datetime) -> int:
        """Delete the answers given before; returns how many."""
        ...
