"""A place: a name and an address that somebody wrote, and where that is once it was found; it asks nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from core.domain.kernel import rules
from core.domain.kernel.errors import Invalid
from core.domain.places.globe import Point
from core.ports.maps import Spot


class State(StrEnum):
    """WAITING: being looked for. FOUND. UNKNOWN: everybody was asked, and nobody knows the address.
    FAILED: nobody could be asked; it is given up until somebody has it looked for again."""

    WAITING = "waiting"
    FOUND = "found"
    UNKNOWN = "unknown"
    FAILED = "failed"


@dataclass(eq=False, kw_only=True)
class Place:
    """One place. With `kind` and `record_id` it belongs to that record, and only the panel shows it.

    `label` is the address as `source` wrote it, which found it; when it failed, why.
    """

    id: str
    name: str
    address: str
    kind: str = ""
    record_id: str = ""
    state: str = State.WAITING
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    label: str = ""
    source: str = ""
    created_at: datetime
    updated_at: datetime

    def __str__(self) -> str:
        return self.name

    def check(self) -> None:
        """Clean the fields or raise `Invalid` with a sentence for each that is wrong."""
        listed = rules.Checklist()
        self.name = listed.take("name", rules.one_line, self.name, "The name", 100) or ""
        self.address = listed.take("address", rules.one_line, self.address, "The address", 200) or ""
        self.kind = listed.take("kind", rules.one_line, self.kind, "The kind", 60, required=False) or ""
        self.record_id = listed.take("record_id", rules.one_line, self.record_id, "The key", 200, required=False) or ""
        listed.close()
        if bool(self.kind) != bool(self.record_id):
            raise Invalid({"record_id": "A place belongs to a kind and a key together, or to no record at all."})

    @property
    def point(self) -> Point | None:
        """Where it is, if that is known."""
        if self.latitude is None or self.longitude is None:
            return None
        return Point(latitude=float(self.latitude), longitude=float(self.longitude))

    def wait(self) -> None:
        """Be looked for (again), and be nowhere until then."""
        self._be(State.WAITING)

    def settle(self, spots: Sequence[Spot], now: datetime) -> None:
        """Be at the best of these spots; without any, be unknown."""
        self.updated_at = now
        self._be(State.UNKNOWN)
        for best in spots[:1]:
            self._be(State.FOUND, label=best.label[:300], source=best.source)
            self.latitude, self.longitude = exact(best.latitude), exact(best.longitude)

    def fail(self, why: str, now: datetime) -> None:
        """Be given up for now."""
        self.updated_at = now
        self._be(State.FAILED, label=why[:300])

    def _be(self, state: State, label: str = "", source: str = "") -> None:
        self.state, self.label, self.source = state, label, source
        self.latitude = self.longitude = None


def exact(degrees: float) -> Decimal:
    """Degrees to seven places, a centimetre on the ground."""
    return Decimal(f"{degrees:.7f}")
