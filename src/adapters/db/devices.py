"""Devices in the database, through the session of whatever transaction is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, String, Table, UniqueConstraint, delete, select

from adapters.db.repositories import Shelf
from adapters.db.tables import metadata
from adapters.db.types import Instant, Json, key
from core.domain.devices import PushDevice

devices = Table(
    "devices",
    metadata,
    Column("id", key(), primary_key=True),
    Column("owner", key(), nullable=False, index=True),
    Column("kind", key(10), nullable=False),
    Column("address", String(2000), nullable=False),
    Column("fingerprint", key(64), nullable=False),
    Column("keys", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant, nullable=False, index=True),
    UniqueConstraint("fingerprint"),
)
ENTITIES = {PushDevice: devices}


class SqlDevices(Shelf):
    """`core.ports.devices.Devices`."""

    def add(self, device: PushDevice) -> None:
        self._add(device)

    def find(self, device_id: str) -> PushDevice | None:
        return self._database.session.get(PushDevice, device_id)

    def known_as(self, fingerprint: str) -> PushDevice | None:
        wanted = select(PushDevice).where(devices.c.fingerprint == fingerprint)
        return self._database.session.scalars(wanted).one_or_none()

    def of(self, owner: str) -> Sequence[PushDevice]:
        wanted = select(PushDevice).where(devices.c.owner == owner).order_by(devices.c.id)
        return list(self._database.session.scalars(wanted))

    def remove(self, device_id: str) -> None:
        self._execute(delete(devices).where(devices.c.id == device_id))

    def remove_idle(self, instant: datetime) -> int:
        return self._execute(delete(devices).where(devices.c.used_at < instant))
