"""The line to map services: one bounded HTTP request, and geopy's share of it; it knows no vendor's answers."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any, TypeVar
from urllib.parse import urlsplit

import orjson
import requests
from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeopyError

from adapters.http import read_whole, refuse_to_read
from core.domain.kernel.deadlines import time_left
from core.domain.kernel.errors import Rejected, Unavailable
from core.ports.maps import Spot

T = TypeVar("T")
MOST_BYTES = 512 * 1024
"""A geocoder's five answers have some 10 KB."""
LONGEST_LABEL = 300


class Line:
    """Asks one vendor over connections that stay open; each question within `timeout` seconds, or what is left of the
    asker's time if that is less."""

    def __init__(self, vendor: str, timeout: float) -> None:
        self.vendor, self.timeout = vendor, timeout
        self._session = requests.Session()
        self._session.trust_env = False

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: Any = None) -> tuple[int, Any]:
        """Return the status below 500 and the JSON that came; None for a refusal in other words. Raises `Unavailable`.

        What is raised has no cause: the library's own words hold the address, and with it our key.
        """
        left = time_left(self.timeout)
        until = time.monotonic() + left
        sent = {"json": body, "headers": dict(headers), "timeout": left}
        try:
            answer = self._session.request(method, url, stream=True, allow_redirects=False, **sent)
            with closing(answer):
                refuse_to_read(self.vendor, answer)
                body = read_whole(self.vendor, answer, most=MOST_BYTES, until=until)
                return answer.status_code, _json(self.vendor, answer.status_code, body)
        except requests.RequestException as away:
            raise Unavailable(f"{self.vendor} does not answer ({type(away).__name__}).") from None


class GeopyLine(BaseSyncAdapter):  # type: ignore[misc]
    """geopy's way to the network, by our line. `judge` looks at each answer before geopy reads it."""

    def __init__(self, line: Line, judge: Callable[[int, Any], None], without: str = "") -> None:
        super().__init__(proxies=None, ssl_context=None)
        self._line, self._judge, self._without = line, judge, without

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
        status, told = self._line.ask("GET", url.replace(self._without, ""), headers)
        self._judge(status, told)
        return told

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        raise NotImplementedError("The geocoders here speak JSON only.")


def read(vendor: str, ask: Callable[[], T]) -> T:
    """Return what was read of an answer; one that cannot be read is the vendor's fault. Raises `Unavailable`."""
    try:
        return ask()
    except (GeopyError, LookupError, TypeError, ValueError, AttributeError) as garbled:
        raise Unavailable(f"{vendor} gave an answer that cannot be read ({type(garbled).__name__}).") from None


def spot(latitude: float, longitude: float, label: object, vendor: str) -> Spot:
    """Return a spot. Raises ValueError for what is not on this globe."""
    if not (on_globe(latitude, 90) and on_globe(longitude, 180) and isinstance(label, str)):
        raise ValueError("That is no place on the globe.")
    return Spot(latitude=latitude, longitude=longitude, label=label.strip()[:LONGEST_LABEL], source=vendor)


def on_globe(degrees: float, most: float) -> bool:
    """Whether this is a number of degrees of at most `most`, either way."""
    return isinstance(degrees, float | int) and math.isfinite(degrees) and abs(degrees) <= most


def check(address: str) -> str:
    """Return an address worth asking for. Raises `Rejected` for none, which every vendor refuses."""
    if not address.strip():
        raise Rejected("There is no address to look for. Type a street and a town, or a town.")
    return address.strip()


def parts(base: str) -> tuple[str, str]:
    """A base address as geopy takes it: scheme and domain, with whatever path there is."""
    split = urlsplit(base)
    return split.scheme, f"{split.netloc}{split.path}".rstrip("/")


def _json(vendor: str, status: int, body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except ValueError:
        if status >= 400:
            return None
        raise Unavailable(f"{vendor} gave an answer that is no JSON.") from None
