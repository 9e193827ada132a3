"""Google's Geocoding and Geolocation APIs on loopback, written from its documents and its OpenAPI document.

https://developers.google.com/maps/documentation/geocoding/requests-geocoding,
https://developers.google.com/maps/documentation/geolocation/requests-geolocation, googlemaps/openapi-specification
"""

from __future__ import annotations

import json
import re
from typing import Any

from tests.vendors.loopback import Answer, Asked, Loopback

GEOCODE, GEOLOCATE = "/maps/api/geocode/json", "/geolocation/v1/geolocate"
KNOWN = {
    "Rathausmarkt 1, Hamburg": (53.5505, 9.9931, "Rathausmarkt 1, 20095 Hamburg, Germany"),
    "1600 Amphitheatre Parkway, Mountain View, CA": (37.4224, -122.0842, "1600 Amphitheatre Pkwy, Mountain View, USA"),
}
QUERY = {"address", "components", "latlng", "place_id", "bounds", "language", "region", "key"}
SHAPES: dict[str, tuple[type, ...]] = {
    "homeMobileCountryCode": (int,), "homeMobileNetworkCode": (int,), "radioType": (str,), "carrier": (str,),
    "considerIp": (str,), "cellTowers": (list,), "wifiAccessPoints": (list,),
}  # fmt: skip
"""What its OpenAPI document lets a body hold; `considerIp` is text there."""
TOWER = {"cellId", "locationAreaCode", "mobileCountryCode", "mobileNetworkCode"}
MAC = re.compile(r"([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}")


class GoogleMaps(Loopback):
    """`known` are the addresses it can find; `status` is said instead of an answer, like OVER_QUERY_LIMIT."""

    key = "AIzaSyLoopback-0000000000000000000000000"

    def __init__(self) -> None:
        self.known, self.status = dict(KNOWN), ""
        super().__init__()

    def answer(self, asked: Asked) -> Answer:
        """Find an address or a device, or refuse."""
        if asked.path == GEOCODE and asked.method == "GET":
            return self._geocode(asked)
        if asked.path == GEOLOCATE and asked.method == "POST":
            return self._geolocate(asked)
        return Answer(status=404, told=b"<title>Error 404 (Not Found)!!1</title>")

    def refusal(self, status: int, headers: dict[str, str]) -> Answer:
        """As Google words it."""
        return failed(status, "backendError" if status >= 500 else "rateLimitExceeded", "Try again.", headers)

    def _geocode(self, asked: Asked) -> Answer:
        if asked.query.get("key") != self.key:
            return said("REQUEST_DENIED", "You must use an API key to authenticate each request.")
        if set(asked.query) - QUERY:
            return said("INVALID_REQUEST", f"Unknown parameters: {sorted(set(asked.query) - QUERY)}")
        if not asked.query.get("address"):
            return said("INVALID_REQUEST", "Invalid request. Missing the 'address' parameter.")
        if self.status:
            return said(self.status, "As it was told.")
        found = self.known.get(asked.query["address"])
        return said("OK", results=[result(*found)]) if found else said("ZERO_RESULTS")

    def _geolocate(self, asked: Asked) -> Answer:
        if asked.query.get("key") != self.key:
            return failed(400, "keyInvalid", "API key not valid. Please pass a valid API key.")
        try:
            heard = json.loads(asked.body or b"{}")
        except ValueError:
            return failed(400, "parseError", "Parse Error")
        if asked.headers.get("content-type", "").partition(";")[0] != "application/json" or not _is_told_well(heard):
            return failed(400, "parseError", "Invalid JSON payload received.")
        if heard.get("considerIp") == "false" and not heard.get("wifiAccessPoints") and not heard.get("cellTowers"):
            return failed(404, "notFound", "Not Found")
        return Answer(told={"location": {"lat": 53.5507, "lng": 9.993}, "accuracy": 1200.5})


def said(status: str, message: str = "", results: list[Any] | None = None) -> Answer:
    """An answer of the Geocoding API: its status stands in the body, and HTTP's is 200."""
    told: dict[str, Any] = {"results": results or [], "status": status}
    return Answer(told=told | ({"error_message": message} if message else {}))


def result(latitude: float, longitude: float, label: str) -> dict[str, Any]:
    """One address that was found."""
    corners = {"northeast": {"lat": latitude, "lng": longitude}, "southwest": {"lat": latitude, "lng": longitude}}
    where = {"location": {"lat": latitude, "lng": longitude}, "location_type": "ROOFTOP", "viewport": corners}
    return {
        "address_components": [], "formatted_address": label, "geometry": where, "place_id": "ChIJ-loopback",
        "types": ["street_address"],
    }  # fmt: skip


def failed(status: int, reason: str, message: str, headers: dict[str, str] | None = None) -> Answer:
    """A failure of the Geolocation API."""
    one = {"domain": "global", "reason": reason, "message": message}
    told = {"error": {"code": status, "message": message, "errors": [one], "status": reason}}
    return Answer(status=status, told=told, headers=headers or {})


def _is_told_well(heard: Any) -> bool:
    if not isinstance(heard, dict) or set(heard) - set(SHAPES):
        return False
    if any(not isinstance(value, SHAPES[name]) for name, value in heard.items()):
        return False
    towers, points = heard.get("cellTowers", []), heard.get("wifiAccessPoints", [])
    return all(set(one) >= TOWER for one in towers) and all(MAC.fullmatch(one.get("macAddress", "")) for one in points)
