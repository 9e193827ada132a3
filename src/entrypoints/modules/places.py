"""Places, plugged in: where they are kept, who looks for them, and the map that the page draws."""

from __future__ import annotations

from pydantic import BaseModel, field_validator

from adapters.db.places import ENTITIES, SqlGeocodes, SqlPlaces
from core.domain.kernel.personal import Held, Impersonal
from core.domain.places import Atlas, PlaceDesk, Surveyor, Vicinity
from entrypoints.addresses import whole

__all__ = ["ENTITIES", "MARKED", "PARTS", "PERSONAL", "Settings"]


class Settings(BaseModel):
    """Where the map's tiles come from; without a server the page draws coasts of its own, and asks nobody."""

    map_tiles: str = ""
    map_credit: str = "© OpenStreetMap contributors"

    @field_validator("map_tiles")
    @classmethod
    def _template(cls, template: str) -> str:
        if template and not all(part in template for part in ("{z}", "{x}", "{y}")):
            raise ValueError("it must hold {z}, {x} and {y}, like https://tiles.example.com/{z}/{x}/{y}.png")
        return whole(template, ("http", "https"), "https://tiles.example.com/{z}/{x}/{y}.png") if template else ""


PARTS = {
    "places": lambda app: SqlPlaces(app.uow),
    "geocodes": lambda app: SqlGeocodes(app.uow),
    "atlas": lambda app: Atlas(app.geocodes, app.geocoder, app.clock, app.uow),
    "place_desk": lambda app: PlaceDesk(app.places, app.outbox, app.clock),
    "surveyor": lambda app: Surveyor(app.places, app.atlas, app.uow),
    "vicinity": lambda app: Vicinity(app.places),
}
MARKED = {"atlas": Atlas, "surveyor": Surveyor}
PERSONAL = (
    Held(table="places", about="Places of yours", ids=("record_id",)),
    Impersonal(table="geocodes", columns="id spots asked_at"),
)
