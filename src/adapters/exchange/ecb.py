"""The European Central Bank's reference rates: an XML file each working day at 16:00 CET, and a zipped CSV of all days.

https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates
"""

from __future__ import annotations

import csv
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from io import TextIOWrapper
from typing import Any
from xml.parsers import expat

from adapters.exchange.reading import sheet, unreadable, working_days
from adapters.http import fetch, stream
from core.ports.exchange import DayRates, History

DAILY, ALL = "/stats/eurofxref/eurofxref-daily.xml", "/stats/eurofxref/eurofxref-hist.zip"
LARGEST_XML, LARGEST_ZIP, LARGEST_CSV = 64 * 1024, 8 * 1024 * 1024, 32 * 1024 * 1024
"""Bytes; the real ones have 2 KB, 0.7 MB and 2 MB."""
SOURCE = "ecb"


class EcbRates:
    """`core.ports.exchange.Exchange`."""

    def __init__(self, base: str, timeout: float = 10.0) -> None:
        self._base, self._timeout = base.rstrip("/"), timeout

    def latest(self) -> DayRates:
        return read_daily(fetch(self._base + DAILY, most=LARGEST_XML, timeout=self._timeout))

    def history(self) -> History:
        rows = self._rows()
        first = next(rows, None)
        if first is None:
            raise unreadable(SOURCE, "a history without days")
        return History(total=working_days(first.day), days=_and_then(first, rows))

    def _rows(self) -> Iterator[DayRates]:
        """Unpack from a file, so that neither the archive nor what is in it is ever whole in memory."""
        with tempfile.TemporaryFile() as kept:
            for piece in stream(self._base + ALL, most=LARGEST_ZIP, timeout=self._timeout):
                kept.write(piece)
            try:
                yield from read_archive(kept)
            except (zipfile.BadZipFile, zlib.error, csv.Error, UnicodeError, NotImplementedError, RuntimeError) as bad:
                raise unreadable(SOURCE, f"{type(bad).__name__} in its archive") from bad


def read_daily(xml: bytes) -> DayRates:
    """Read the daily file. It has no document type, so one that has is refused: without it there are no entities."""
    cubes: list[dict[str, str]] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = lambda name, given: cubes.append(given) if name.endswith("Cube") else None
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError, LookupError) as bad:
        raise unreadable(SOURCE, str(bad)) from bad
    day = next((cube["time"] for cube in cubes if "time" in cube), "no day")
    return sheet(day, [(cube["currency"], cube.get("rate", "")) for cube in cubes if "currency" in cube], SOURCE)


def read_archive(kept: Any) -> Iterator[DayRates]:
    """Read the one CSV file of the archive, newest day first. The size it claims is the most that is unpacked of it."""
    with zipfile.ZipFile(kept) as archive:
        inside = archive.infolist()
        if len(inside) != 1 or inside[0].file_size > LARGEST_CSV:
            raise unreadable(SOURCE, "an archive of another shape or size")
        with archive.open(inside[0]) as packed:
            yield from read_history(TextIOWrapper(packed, "ascii"))


def read_history(text: Any) -> Iterator[DayRates]:
    """Read the CSV of many days: a heading of currencies, N/A where one has no rate."""
    lines = csv.reader(text)
    currencies = [name.strip() for name in next(lines, [])[1:]]
    for line in lines:
        values = zip(currencies, (value.strip() for value in line[1:]), strict=False)
        pairs = [(name, value) for name, value in values if name and value not in ("N/A", "")]
        if pairs:
            yield sheet(line[0].strip(), pairs, SOURCE)


def _and_then(first: DayRates, rest: Iterator[DayRates]) -> Iterator[DayRates]:
    yield first
    yield from rest


def _refuse(*_: object) -> None:
    raise ValueError("a document type, which these files never have")
