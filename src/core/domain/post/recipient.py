"""Who a message goes to, and by which ways: a person as the post room sees them; it knows no account."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from core.ports.push import Device
from core.ports.stationery import Channel


def known(channel: str, address: str) -> tuple[str, str]:
    """Channel and address, as suppressions know them: mailboxes differ in case only by accident."""
    return channel, address.lower() if channel == Channel.MAIL else address


@dataclass(frozen=True, kw_only=True)
class Way:
    """One address on one channel; `device` is what a push needs besides, `closed` why nothing may go there."""

    channel: Channel
    address: str
    device: Device | None = None
    closed: str = ""

    @property
    def known_as(self) -> tuple[str, str]:
        """How suppressions know it."""
        return known(self.channel, self.address)

    def key(self, message: str) -> str:
        """The name of a message on this way, for ever the same: the message's own for a letter (its Message-ID).

        A message goes to one person, who has one number and one mailbox, but may have several devices.
        """
        if self.channel == Channel.MAIL:
            return message
        device = f".{hashlib.sha256(self.address.encode()).hexdigest()[:16]}" if self.device else ""
        return f"{message}.{self.channel}{device}"


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """A person: a mail address, a phone number (E.164), devices. `user` is their account, whose budget it is charged to
    and whose wishes are heeded; who names nothing else has the ways of the account looked up."""

    mail: str = ""
    phone: str = ""
    devices: tuple[Device, ...] = ()
    user: str = ""

    @property
    def is_named(self) -> bool:
        """Whether the sender named a way."""
        return bool(self.mail or self.phone or self.devices)

    def ways(self, channel: Channel) -> Iterator[Way]:
        """The ways to this person on a channel, none if they gave none."""
        if channel == Channel.PUSH:
            yield from (Way(channel=channel, address=device.address, device=device) for device in self.devices)
        elif address := self.mail if channel == Channel.MAIL else self.phone:
            yield Way(channel=channel, address=address)

    def as_json(self) -> dict[str, Any]:
        """What `from_json` takes."""
        devices = [asdict(device) | {"keys": dict(device.keys)} for device in self.devices]
        return {name: getattr(self, name) for name in ("mail", "phone", "user")} | {"devices": devices}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Recipient:
        """The person that `as_json` wrote down."""
        return cls(**{**kept, "devices": tuple(Device(**device) for device in kept["devices"])})
