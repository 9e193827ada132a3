"""Where addresses are: from what was found before, else by asking; it knows no place and no vendor."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from core.domain.kernel import rules
from core.domain.kernel.errors import Invalid
from core.domain.kernel.marks import every, task
from core.domain.tasks import Run
from core.ports.clock import Clock
from core.ports.maps import Geocoder, Spot
from core.ports.places import Geocodes
from core.ports.unit_of_work import UnitOfWork

KEPT = timedelta(days=30)
"""As long as Google lets positions be kept (Maps Platform service specific terms, 3.1)."""
EMPTY_KEPT = timedelta(days=1)
"""Streets are built, and maps are mended: what nobody knows is asked for again soon."""


@dataclass(eq=False, kw_only=True)
class Geocode:
    """What was answered to an address, known by its fingerprint only."""

    id: str
    spots: list[dict[str, Any]]
    asked_at: datetime


class Atlas:
    """Knows where addresses are, and asks once for each."""

    def __init__(self, geocodes: Geocodes, geocoder: Geocoder, clock: Clock, uow: UnitOfWork) -> None:
        self._geocodes, self._geocoder, self._clock, self._uow = geocodes, geocoder, clock, uow

    def locate(self, address: str) -> Sequence[Spot]:
        """Return where an address may be, best first; empty when nobody knows it.

        It opens its own transactions, around the call and not over it. Raises `Invalid`, `Unavailable`, `Rejected`.
        """
        asked = _readable(address)
        with self._uow.reading():
            known = self.recall(asked)
        if known is not None:
            return known
        spots = self.ask(asked)
        with self._uow.transaction():
            self.keep(asked, spots)
        return spots

    def recall(self, address: str) -> Sequence[Spot] | None:
        """Return what was found before, in the caller's block; None when it must be asked for."""
        kept = self._geocodes.find(fingerprint(address))
        if kept is None or kept.asked_at < self._clock.now() - (KEPT if kept.spots else EMPTY_KEPT):
            return None
        return [Spot(**spot) for spot in kept.spots]

    def ask(self, address: str) -> Sequence[Spot]:
        """Ask outside, whatever was found before. Raises `Unavailable`, `Rejected`."""
        return self._geocoder.locate(address)

    def keep(self, address: str, spots: Sequence[Spot]) -> None:
        """Keep an answer, in the caller's transaction."""
        plain = [asdict(spot) for spot in spots]
        self._geocodes.keep(Geocode(id=fingerprint(address), spots=plain, asked_at=self._clock.now()))

    @every("forget-geocodes", "23 3 * * *")
    @task("places.forget-geocodes", queue="upkeep", priority=8)
    def forget(self, run: Run) -> dict[str, Any]:
        """Delete answers that are too old to be used."""
        return {"deleted": self._geocodes.remove_before(self._clock.now() - KEPT)}


def fingerprint(address: str) -> str:
    """The same for an address however it is spaced, capitalised and punctuated; it cannot be read back."""
    text = unicodedata.normalize("NFKC", address).casefold()
    words = "".join(letter if letter.isalnum() or letter in "/-" else " " for letter in text).split()
    return hashlib.sha256(" ".join(words).encode()).hexdigest()


def _readable(address: str) -> str:
    try:
        return rules.one_line(address, "The address", 200)
    except ValueError as wrong:
        raise Invalid({"address": str(wrong)}) from None
