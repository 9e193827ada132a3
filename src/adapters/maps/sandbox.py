"""Some four hundred real cities as a geocoder, so that maps work without an account and without a network.

A street in a city it knows is put near that city's middle: always at the same spot, and at no true one.
"""

from __future__ import annotations

import csv
import hashlib
import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core.domain.kernel.errors import Rejected
from core.ports.maps import Fix, Spot

FILE = Path(__file__).parent / "sandbox.csv"
MOST = 5
AWAY = 0.02
"""Degrees, some 2 km: how far from a city's middle a street may be put."""
HERE = Fix(latitude=53.5507, longitude=9.993, accuracy=25_000.0, source="sandbox")
Obey = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class City:
    """A city by all its names, each in plain letters between spaces; `country` likewise."""

    name: str
    land: str
    names: tuple[str, ...]
    lands: tuple[str, ...]
    latitude: float
    longitude: float


class SandboxGeocoder:
    """`core.ports.maps.Geocoder`, by a vendor of this machine; `obey` makes it fail as it was told."""

    def __init__(self, vendor: str, obey: Obey = lambda vendor: None) -> None:
        self._vendor, self._obey = vendor, obey

    def locate(self, address: str) -> Sequence[Spot]:
        self._obey(f"geocoder:{self._vendor}")
        if not address.strip():
            raise Rejected("There is no address to look for. Type a street and a town, or a town.")
        asked = plain(address)
        ranked = sorted(_cities_in(asked), key=lambda found: found[0])
        return [_spot(city, asked, address.strip(), self._vendor) for _, city in ranked[:MOST]]


class SandboxGeolocation:
    """`core.ports.maps.Geolocation`: everybody is in Hamburg, unless nothing at all may be gone by."""

    def __init__(self, vendor: str, obey: Obey = lambda vendor: None) -> None:
        self._vendor, self._obey = vendor, obey

    def locate(self, heard: dict[str, Any]) -> Fix | None:
        self._obey(f"geolocation:{self._vendor}")
        if heard.get("considerIp", True) is False and not heard.get("wifiAccessPoints") and not heard.get("cellTowers"):
            return None
        return Fix(latitude=HERE.latitude, longitude=HERE.longitude, accuracy=HERE.accuracy, source=self._vendor)


def plain(text: str) -> str:
    """Words in plain small letters, each between spaces: "Straße 1, Köln" is " strasse 1 koln "."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(("", *re.findall(r"\w+", bare), ""))


def _cities_in(asked: str) -> Iterator[tuple[tuple[bool, int, int], City]]:
    """The cities named in an address, each with its rank: in a country that is named, named late, large."""
    for rank, city in enumerate(cities()):
        ends = [asked.rfind(name) + len(name) for name in city.names if name in asked]
        if ends:
            yield (not _is_named(city.lands, asked), -max(ends), rank), city


def _is_named(names: Sequence[str], asked: str) -> bool:
    return any(name in asked for name in names)


def _spot(city: City, asked: str, address: str, vendor: str) -> Spot:
    street = _beside(city, asked)
    if not street:
        label = f"{city.name}, {city.land}"
        return Spot(latitude=city.latitude, longitude=city.longitude, label=label, source=vendor)
    north, east = hashlib.sha256(street.encode()).digest()[:2]
    narrow = math.cos(math.radians(city.latitude))
    return Spot(
        latitude=round(city.latitude + AWAY * (north / 127.5 - 1), 5),
        longitude=round(city.longitude + AWAY * (east / 127.5 - 1) / narrow, 5),
        label=address if _is_named(city.lands, asked) else f"{address}, {city.land}",
        source=vendor,
    )


def _beside(city: City, asked: str) -> str:
    """What an address says besides city and country."""
    for name in sorted((*city.names, *city.lands), key=len, reverse=True):
        asked = asked.replace(name, " ")
    return asked.strip()


@cache
def cities() -> list[City]:
    """Every city there is, the most populous first."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter=";"))
    return [_city(row) for row in rows]


def _city(row: dict[str, str]) -> City:
    names, lands = (row["name"], *filter(None, row["also"].split("|"))), row["country"].split("|")
    return City(
        name=row["name"], land=lands[0], names=tuple(map(plain, names)), lands=tuple(map(plain, lands)),
        latitude=float(row["latitude"]), longitude=float(row["longitude"]),
    )  # fmt: skip
