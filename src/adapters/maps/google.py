"""Google's Geocoding and Geolocation APIs; what they say is put into our words here.

https://developers.google.com/maps/documentation/geocoding/requests-geocoding
https://developers.google.com/maps/documentation/geolocation/requests-geolocation
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from geopy.geocoders import GoogleV3

from adapters.maps.line import GeopyLine, Line, check, parts, read, spot
from core.domain.kernel.errors import Rejected, Unavailable
from core.ports.maps import Fix, Spot

MAPS, APIS = "https://maps.googleapis.com", "https://www.googleapis.com"
GEOLOCATE = "/geolocation/v1/geolocate"
VENDOR = "google"
MOST = 5
DENIED = "Google refuses our key ({said}). See what it may do at https://console.cloud.google.com/google/maps-apis"
OUTDATED = "sensor=false&"
"""geopy still sends it; the API has not known it for years."""


class GoogleGeocoder:
    """`core.ports.maps.Geocoder`, through geopy."""

    def __init__(self, key: str, base: str = "", timeout: float = 10.0) -> None:
        scheme, domain = parts(base or MAPS)
        line = GeopyLine(Line(VENDOR, timeout), _judge, without=OUTDATED)
        self._google = GoogleV3(api_key=key, scheme=scheme, domain=domain, adapter_factory=lambda **_: line)

    def locate(self, address: str) -> Sequence[Spot]:
        asked = check(address)
        found = read(VENDOR, lambda: self._google.geocode(asked, exactly_one=False)) or []
        return read(VENDOR, lambda: [spot(one.latitude, one.longitude, one.address, VENDOR) for one in found[:MOST]])


class GoogleGeolocation:
    """`core.ports.maps.Geolocation`. Without networks to go by, Google goes by the address that asks: ours."""

    def __init__(self, key: str, base: str = "", timeout: float = 10.0) -> None:
        self._line, self._url = Line(VENDOR, timeout), f"{base or APIS}{GEOLOCATE}?{urlencode({'key': key})}"

    def locate(self, heard: dict[str, Any]) -> Fix | None:
        status, told = self._line.ask("POST", self._url, {}, body=_as_google_takes_it(heard))
        if status == 404 and isinstance(told, dict):  # notFound: "The request was valid, but no results were returned"
            return None
        if status != 200:
            raise _refused(status, told)
        return read(VENDOR, lambda: _fix(told))


def _judge(status: int, told: Any) -> None:
    """Raise for every status of the Geocoding API but OK and ZERO_RESULTS.

    A key that is refused or used up is no fault of the address: another vendor may know it.
    """
    said = told.get("status") if isinstance(told, dict) else None
    if status == 200 and said in ("OK", "ZERO_RESULTS"):
        return
    if said == "INVALID_REQUEST":
        raise Rejected("Google cannot look for this address. Write it as a street and a town.")
    if said == "REQUEST_DENIED" or status in (401, 403):
        raise Unavailable(DENIED.format(said=said or status))
    if said in ("OVER_QUERY_LIMIT", "OVER_DAILY_LIMIT"):
        raise Unavailable(f"Google has been asked as often as our account may ({said}).")
    raise Rejected(f"Google refuses this address ({status}).") if status == 400 else _strange(said or status)


def _refused(status: int, told: Any) -> Exception:
    """What a status of the Geolocation API means; a bad key is a 400 there, like a bad question."""
    said = str(told.get("error", "") if isinstance(told, dict) else "")
    if status in (401, 403) or "keyInvalid" in said or "API key" in said:
        return Unavailable(DENIED.format(said=status))
    if status == 400:
        return Rejected("Google cannot read which networks were heard. Send them as its Geolocation API takes them.")
    return _strange(status)


def _strange(said: object) -> Unavailable:
    return Unavailable(f"Google could not answer ({str(said)[:40]}).")


def _as_google_takes_it(heard: dict[str, Any]) -> dict[str, Any]:
    """Its document has `considerIp` as text; JSON's true and false are text to us as well."""
    if isinstance(heard.get("considerIp"), bool):
        return {**heard, "considerIp": str(heard["considerIp"]).lower()}
    return heard


def _fix(told: Any) -> Fix:
    where, accuracy = told["location"], float(told["accuracy"])
    found = spot(where["lat"], where["lng"], "", VENDOR)
    return Fix(latitude=found.latitude, longitude=found.longitude, accuracy=max(0.0, accuracy), source=VENDOR)
