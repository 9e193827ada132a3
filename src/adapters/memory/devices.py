"""Devices in memory, for tests that must be instant."""

from collections.abc import Sequence
from datetime import datetime

from adapters.memory.repositories import Shelf
from core.domain.devices import PushDevice
from core.domain.kernel.errors import Conflict


class MemoryDevices(Shelf):
    kind = "device"

    def add(self, device: PushDevice) -> None:
        if self.known_as(device.fingerprint) is not None:
            raise Conflict("This device is signed up already.")
        self._rows[device.id] = device

    def find(self, device_id: str) -> PushDevice | None:
        return self._rows.get(device_id)

    def known_as(self, fingerprint: str) -> PushDevice | None:
        return next((row for row in self._rows.values() if row.fingerprint == fingerprint), None)

    def of(self, owner: str) -> Sequence[PushDevice]:
        return sorted((row for row in self._rows.values() if row.owner == owner), key=lambda row: str(row.id))

    def remove(self, device_id: str) -> None:
        self._rows.pop(device_id, None)

    def remove_idle(self, instant: datetime) -> int:
        return self._remove(lambda row: row.used_at < instant)


PARTS = {"devices": MemoryDevices}
