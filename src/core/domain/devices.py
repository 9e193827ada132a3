"""The devices and browsers that somebody signed up for pushes; it sends nothing and knows no vendor."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from core.domain.kernel import rules
from core.domain.kernel.errors import Gone, NotFound
from core.domain.kernel.ids import new_id
from core.domain.kernel.marks import Effects, every, task
from core.domain.tasks import Outbox, Run, Task
from core.ports.clock import Clock
from core.ports.delivery import Receipt
from core.ports.devices import Devices
from core.ports.push import Device, Notice, Push
from core.ports.unit_of_work import UnitOfWork

KINDS = ("web", "fcm", "apns")
LONGEST_ADDRESS = 2000
KEY = re.compile(r"[A-Za-z0-9_-]{16,200}=*")
TOKEN = re.compile(r"[\x21-\x7e]{8,2000}")
TRIAL = Notice(title="It works", text="This is what a push looks like on this device.")
IDLE_DAYS = 180
"""Without a push or a sign-up for so long, a device is forgotten: its owner is elsewhere."""


@dataclass(eq=False, kw_only=True)
class PushDevice:
    """A device that was signed up. `owner` is whose it is (a user's id, or empty for a visitor who holds its key);
    `fingerprint` is of its address, which nobody has twice."""

    id: str
    owner: str = ""
    kind: str
    address: str
    fingerprint: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    created_at: datetime
    used_at: datetime

    def check(self) -> None:
        """Take the address's fingerprint, or raise `Invalid` with a sentence for each field that is wrong."""
        listed = rules.Checklist()
        listed.take("kind", rules.choice, self.kind, "The kind", KINDS)
        listed.take("address", _web_address if self.kind == "web" else _token, self.address)
        if self.kind == "web":
            listed.take("keys", _web_keys, self.keys)
        listed.close()
        self.fingerprint = fingerprint_of(self.address)

    @property
    def place(self) -> str:
        """Who carries pushes to it, without what only its owner may know."""
        return (urlsplit(self.address).hostname or "") if self.kind == "web" else self.kind

    def for_push(self) -> Device:
        """The device as carriers take it."""
        return Device(kind=self.kind, address=self.address, keys=dict(self.keys), user=self.owner)

    def __str__(self) -> str:
        return f"{self.kind} by {self.place}"


class DeviceDesk:
    """Signs devices up and off, and forgets those that are dead."""

    def __init__(self, devices: Devices, clock: Clock) -> None:
        self._devices, self._clock = devices, clock

    def sign_up(self, *, kind: str, address: str, keys: Mapping[str, str], owner: str = "") -> PushDevice:
        """Keep a device; one that is known gets its new keys and, if one is told, its new owner.

        Raises `Invalid` naming each bad field.
        """
        now = self._clock.now()
        given = PushDevice(
            id=new_id("dev", now), owner=owner, kind=kind, address=address, keys=dict(keys), created_at=now, used_at=now
        )
        given.check()
        known = self._devices.known_as(given.fingerprint)
        if known is None:
            self._devices.add(given)
            return given
        known.kind, known.keys, known.used_at = kind, dict(keys), now
        known.owner = owner or known.owner
        return known

    def show(self, device_id: str) -> PushDevice:
        """Return a device. Raises `NotFound`."""
        found = self._devices.find(device_id)
        if found is None:
            raise NotFound("This device is not signed up. It may have been signed off; sign it up again.")
        return found

    def of(self, owner: str) -> list[Device]:
        """The devices of an owner as carriers take them; none for nobody."""
        return [found.for_push() for found in self._devices.of(owner)] if owner else []

    def sign_off(self, device_id: str) -> None:
        """Forget a device, or do nothing when it is not there."""
        self._devices.remove(device_id)

    def forget(self, address: str) -> None:
        """Forget the device at an address that takes nothing more (`Gone`), or do nothing when nobody has it."""
        found = self._devices.known_as(fingerprint_of(address))
        if found is not None:
            self._devices.remove(found.id)

    def note_use(self, address: str) -> None:
        """Write down that a push reached a device."""
        found = self._devices.known_as(fingerprint_of(address))
        if found is not None:
            found.used_at = self._clock.now()

    @every("devices-clean-up", "23 4 * * *")
    @task("devices.clean-up", queue="upkeep", priority=8)
    def clean_up(self, run: Run) -> None:
        """Forget devices that nobody has used for half a year."""
        run.settle({"removed": self._devices.remove_idle(self._clock.now() - timedelta(days=IDLE_DAYS))})


class WatchedPush:
    """`core.ports.push.Push` by whoever carries pushes; what comes of them is noted on the devices."""

    def __init__(self, carrier: Push, desk: DeviceDesk, uow: UnitOfWork) -> None:
        self._carrier, self._desk, self._uow = carrier, desk, uow

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of device that the carrier reaches."""
        return self._carrier.kinds

    def send(self, notice: Notice, to: Device, key: str) -> Receipt:
        """Hand one push over, with no transaction open; see the port. A device that is gone is forgotten."""
        try:
            receipt = self._carrier.send(notice, to, key)
        except Gone:
            with self._uow.transaction():
                self._desk.forget(to.address)
            raise
        with self._uow.transaction():
            self._desk.note_use(to.address)
        return receipt


class TrialPush:
    """Sends a push to try, so that whoever signed a device up sees that it works."""

    def __init__(self, desk: DeviceDesk, outbox: Outbox, push: Push) -> None:
        self._desk, self._outbox, self._push = desk, outbox, push

    def ask(self, device_id: str) -> Task:
        """Have a push sent to a device; while one waits, that one is returned instead. Raises `NotFound`."""
        self._desk.show(device_id)
        return self._outbox.enqueue("devices.try", {"device_id": device_id}, dedupe_key=f"devices.try {device_id}")

    @task("devices.try", queue="mail", effects=Effects.OUTSIDE, attempts=5)
    def send(self, run: Run, device_id: str) -> None:
        """Send it. For a device that takes nothing more the task ends dead, and says so."""
        with run.start():
            device = self._desk.show(device_id).for_push()
        receipt = self._push.send(TRIAL, device, key=run.key)
        run.settle({"carrier": receipt.carrier, "message_id": receipt.message_id})


def fingerprint_of(address: str) -> str:
    """What an address is found by; it tells nothing of it."""
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()


def _web_address(given: object) -> str:
    """A push service's address (RFC 8030): https, as everything a browser subscribes with is."""
    text = str(given)
    try:
        whole = urlsplit(text).scheme == "https" and bool(urlsplit(text).hostname)
    except ValueError:
        whole = False
    if not whole or not TOKEN.fullmatch(text):
        raise ValueError(f"The address must begin with https:// and have at most {LONGEST_ADDRESS:,} characters.")
    return text


def _token(given: object) -> str:
    if not TOKEN.fullmatch(str(given)):
        raise ValueError("The address must be the device's token, as Google or Apple gave it to the app.")
    return str(given)


def _web_keys(given: object) -> object:
    keys = given if isinstance(given, dict) else {}
    if set(keys) != {"p256dh", "auth"} or not all(KEY.fullmatch(str(key)) for key in keys.values()):
        raise ValueError("The keys must be p256dh and auth, as the browser's subscription has them.")
    return given
