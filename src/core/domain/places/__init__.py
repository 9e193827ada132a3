"""Places: a record can carry one by its address, which is looked for by a task; near ones are found by distance."""

from core.domain.places.atlas import Atlas, Geocode
from core.domain.places.desk import Nearby, PlaceDesk, Surveyor, Vicinity
from core.domain.places.globe import FARTHEST, Box, Point, around, distance
from core.domain.places.place import Place, State

__all__ = [
    "FARTHEST", "Atlas", "Box", "Geocode", "Nearby", "Place", "PlaceDesk", "Point", "State", "Surveyor", "Vicinity",
    "around", "distance",
]  # fmt: skip
