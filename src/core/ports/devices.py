"""Where devices that somebody signed up are kept. Every method acts in the open transaction or reading block."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.domain.devices import PushDevice


class Devices(Protocol):
    """Devices, by id, by owner, and by the fingerprint of their address."""

    def add(self, device: PushDevice) -> None:
        """Keep a new device. Raises `Conflict` when its address is kept already."""
        ...

    def find(self, device_id: str) -> PushDevice | None:
        """Return a device, or None."""
        ...

    def known_as(self, fingerprint: str) -> PushDevice | None:
        """Return the device that has this address, or None."""
        ...

    def of(self, owner: str) -> Sequence[PushDevice]:
        """The devices of an owner, oldest first."""
        ...

    def remove(self, device_id: str) -> None:
        """Remove a device, or do nothing when it is not there."""
        ...

    def remove_idle(self, instant: datetime) -> int:
        """Remove what was last used before an instant; return how many."""
        ...
