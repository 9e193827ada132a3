"""Nominatim on loopback, written from its documents and its usage policy: it refuses who does not say who they are.

https://nominatim.org/release-docs/latest/api/Search/, https://operations.osmfoundation.org/policies/nominatim/
"""

from __future__ import annotations

import time
from typing import Any

from tests.vendors.loopback import Answer, Asked, Loopback

KNOWN = {
    "Rathausmarkt 1, Hamburg": ("53.5503", "9.9936", "1, Rathausmarkt, Altstadt, Hamburg, 20095, Deutschland"),
    "Karl Johans gate 1, Oslo": ("59.9110", "10.7490", "1, Karl Johans gate, Sentrum, Oslo, 0154, Norge"),
}
QUERY = {
    "q", "format", "limit", "addressdetails", "extratags", "namedetails", "accept-language", "countrycodes", "viewbox",
    "bounded", "layer", "featureType", "exclude_place_ids", "polygon_geojson", "email", "dedupe", "debug",
}  # fmt: skip
STOCK = ("python-requests", "geopy", "my-application", "Python-urllib")
"""Names that libraries give themselves, and that its policy does not take."""


class Nominatim(Loopback):
    """`known` are the addresses it can find; `moments` are when it was asked, in monotonic seconds."""

    def __init__(self) -> None:
        self.known, self.moments = dict(KNOWN), list[float]()
        super().__init__()

    def answer(self, asked: Asked) -> Answer:
        """Find an address, or refuse."""
        self.moments.append(time.monotonic())
        if asked.path.rpartition("/")[2] != "search" or asked.method != "GET":
            return failed(404, "Not Found")
        agent = asked.headers.get("user-agent", "")
        if not agent or agent.startswith(STOCK) or "@" not in agent:
            return failed(403, "Access blocked: see https://operations.osmfoundation.org/policies/nominatim/")
        if not asked.query.get("q"):
            return failed(400, "Nothing to search for.")
        if set(asked.query) - QUERY or not 1 <= int(asked.query.get("limit", "10")) <= 40:
            return failed(400, f"Unknown parameters among {sorted(asked.query)}")
        return Answer(told=[place(*found)] if (found := self.known.get(asked.query["q"])) else [])

    def refusal(self, status: int, headers: dict[str, str]) -> Answer:
        """As nginx words it."""
        return Answer(status=status, told=f"<html><h1>{status}</h1></html>".encode(), headers=headers)


def place(latitude: str, longitude: str, label: str) -> dict[str, Any]:
    """One address that was found; its degrees are text."""
    return {
        "place_id": 100149, "licence": "Data © OpenStreetMap contributors, ODbL 1.0", "osm_type": "node",
        "osm_id": 107775, "boundingbox": [latitude, latitude, longitude, longitude], "lat": latitude, "lon": longitude,
        "display_name": label, "class": "place", "type": "house", "importance": 0.67,
    }  # fmt: skip


def failed(status: int, message: str) -> Answer:
    """A failure."""
    return Answer(status=status, told={"error": {"code": status, "message": message}})
