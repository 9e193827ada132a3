"""Places in the database: a box of the globe is a range of one index on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Select,
    String,
    Table,
    bindparam,
    delete,
    or_,
    select,
    text,
    type_coerce,
)

from adapters.db.repositories import Shelf
from adapters.db.tables import metadata
from adapters.db.types import Exact, Instant, Json, key
from core.domain.places import Box, Geocode, Place, Point

places = Table(
    "places",
    metadata,
    Column("id", key(), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("address", String(200), nullable=False),
    Column("kind", key(60), nullable=False),
    Column("record_id", key(200), nullable=False),
    Column("state", key(10), nullable=False),
    Column("latitude", Exact),
    Column("longitude", Exact),
    Column("label", String(300), nullable=False),
    Column("source", key(20), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)
Index("ix_places_point", places.c.kind, places.c.latitude, places.c.longitude, places.c.id)
Index("ix_places_record", places.c.kind, places.c.record_id, places.c.id)
Index("ix_places_created_at", places.c.created_at, places.c.id)

geocodes = Table(
    "geocodes",
    metadata,
    Column("id", key(64), primary_key=True),
    Column("spots", Json, nullable=False),
    Column("asked_at", Instant, nullable=False, index=True),
)
ENTITIES = {Place: places, Geocode: geocodes}

SCALE = 1e8
"""What `Exact` keeps of one degree; read as it is, since a decimal number for each of thousands would take its time."""
LATITUDE, LONGITUDE = (type_coerce(places.c[name], BigInteger) for name in ("latitude", "longitude"))
KEEP = text(
    "INSERT INTO geocodes (id, spots, asked_at) VALUES (:id, :spots, :asked_at) "
    "ON CONFLICT (id) DO UPDATE SET spots = excluded.spots, asked_at = excluded.asked_at"
).bindparams(bindparam("spots", type_=Json), bindparam("asked_at", type_=Instant))


class SqlPlaces(Shelf):
    """`core.ports.places.Places`."""

    def add(self, place: Place) -> None:
        self._add(place)
        self._database.session.flush()

    def find(self, place_id: str) -> Place | None:
        return self._database.session.get(Place, place_id)

    def get(self, place_id: str) -> Place:
        return self._get(Place, place_id, "place")

    def some(self, ids: Sequence[str]) -> list[Place]:
        return list(self._database.session.scalars(select(Place).where(places.c.id.in_(ids))))

    def of(self, kind: str, record_id: str) -> list[Place]:
        whose = (places.c.kind == kind) & (places.c.record_id == record_id)
        return list(self._database.session.scalars(select(Place).where(whose).order_by(places.c.id)))

    def newest(self, most: int, before: str = "") -> list[Place]:
        wanted = select(Place).where(places.c.kind == "").order_by(places.c.id.desc()).limit(most)
        return list(self._database.session.scalars(wanted.where(places.c.id < before) if before else wanted))

    def inside(self, box: Box) -> list[tuple[str, Point]]:
        rows = self._database.connection.execute(inside(box))
        return [(id, Point(latitude=north / SCALE, longitude=east / SCALE)) for id, north, east in rows]


class SqlGeocodes(Shelf):
    """`core.ports.places.Geocodes`."""

    def find(self, fingerprint: str) -> Geocode | None:
        return self._database.session.get(Geocode, fingerprint)

    def keep(self, geocode: Geocode) -> None:
        row = {"id": geocode.id, "spots": geocode.spots, "asked_at": geocode.asked_at}
        self._database.connection.execute(KEEP, row)

    def remove_before(self, instant: datetime) -> int:
        return self._execute(delete(geocodes).where(geocodes.c.asked_at < instant))


def inside(box: Box) -> Select[tuple[str, int, int]]:
    """The statement that looks a box up; for whoever wants its plan."""
    spans = (LONGITUDE.between(_scaled(west), _scaled(east)) for west, east in box.spans)
    fits = LATITUDE.between(_scaled(box.south), _scaled(box.north)) & or_(*spans)
    return select(places.c.id, LATITUDE, LONGITUDE).where(places.c.kind == "", fits)


def _scaled(degrees: float) -> int:
    return round(degrees * SCALE)
