"""A hundred thousand places, and what the twenty nearest of a point take: `python -m bench.peers.places 100000`.

Ours is the service with its reading block; the full scan measures every place in one statement, which is what one
writes first. Both answer the same question, and the answers are compared.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import insert, text

from adapters.db.places import places
from adapters.maps.sandbox import cities
from core.domain.kernel.ids import new_id
from core.domain.places import Point, State
from core.domain.places.place import exact
from entrypoints.config import load
from entrypoints.container import App, build

RADIUS, PAGE, QUESTIONS, SCANS = 50_000.0, 20, 300, 20
SCAN = (
    "SELECT id, 12742017.6 * asin(sqrt({least}(1, power(sin(radians(latitude / 1e8 - :north) / 2), 2)"
    " + cos(radians(:north)) * cos(radians(latitude / 1e8))"
    " * power(sin(radians(longitude / 1e8 - :east) / 2), 2)))) AS far"
    " FROM places WHERE kind = '' AND latitude IS NOT NULL ORDER BY far, id LIMIT :most"
)
SPREAD = 0.5
"""Degrees around a city within which nine of ten places lie; the tenth lies anywhere."""


def main(number: int) -> None:
    """Fill the table, ask, and print medians in milliseconds."""
    app, chance = build(load()), random.Random(1)
    app.migrations.upgrade()
    _fill(app, number, chance)
    here = [_point(chance) for _ in range(QUESTIONS)]
    near, found = _times(lambda point: _near(app, point), here)
    scan, same = _times(lambda point: _scan(app, point), here[:SCANS])
    agree = sum(a == b for a, b in zip(found, same, strict=False))
    print(json.dumps({"near p50": near[len(near) // 2], "near p99": near[int(len(near) * 0.99)],
                      "scan p50": statistics.median(scan), "agree": agree, "asked": SCANS}))  # fmt: skip


def _fill(app: App, number: int, chance: random.Random) -> None:
    now = datetime.now(UTC)
    with app.uow.transaction():
        for start in range(0, number, 5000):
            rows = [_row(chance, now) for _ in range(start, min(start + 5000, number))]
            app.uow.connection.execute(insert(places), rows)
    app.uow.engine.dispose()
    with app.uow.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE places" if not app.uow.is_sqlite else "ANALYZE")


def _row(chance: random.Random, now: datetime) -> dict[str, object]:
    point = _point(chance)
    return {
        "id": new_id("plc", now), "name": "Place", "address": "Somewhere", "kind": "", "record_id": "",
        "state": str(State.FOUND), "latitude": exact(point.latitude), "longitude": exact(point.longitude),
        "label": "Somewhere", "source": "bench", "created_at": now, "updated_at": now,
    }  # fmt: skip


def _point(chance: random.Random) -> Point:
    if chance.random() < 0.1:
        return Point(latitude=chance.uniform(-90, 90), longitude=chance.uniform(-180, 180))
    city = chance.choice(cities())
    east = (city.longitude + chance.gauss(0, SPREAD) + 180) % 360 - 180
    return Point(latitude=max(-90, min(90, city.latitude + chance.gauss(0, SPREAD))), longitude=east)


def _near(app: App, point: Point) -> list[str]:
    with app.uow.reading():
        return [one.place.id for one in app.vicinity.near(point, RADIUS, PAGE)]


def _scan(app: App, point: Point) -> list[str]:
    bound = {"north": point.latitude, "east": point.longitude, "most": PAGE}
    with app.uow.reading():
        statement = text(SCAN.format(least="min" if app.uow.is_sqlite else "least"))
        rows = list(app.uow.connection.execute(statement, bound))
    return [row.id for row in rows if row.far <= RADIUS]


def _times(ask: Callable[[Point], list[str]], points: list[Point]) -> tuple[list[float], list[list[str]]]:
    took, found = [], []
    for point in points:
        begun = time.perf_counter()
        found.append(ask(point))
        took.append((time.perf_counter() - begun) * 1000)
    return sorted(took), found


if __name__ == "__main__":
    main(int(sys.argv[1]))
