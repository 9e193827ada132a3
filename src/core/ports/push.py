"""Reaching a device or a browser that somebody signed up; no word here of any vendor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from core.ports.delivery import Receipt


@dataclass(frozen=True, kw_only=True)
class Device:
    """Where a push goes. `kind` is what it speaks (web, fcm, apns), `address` its end (a subscription's URL, a device's
    token or ARN), `keys` what it encrypts with (p256dh, auth; RFC 8291). `user` is whose it is."""

    kind: str
    address: str
    keys: Mapping[str, str] = field(default_factory=dict)
    user: str = ""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What a push shows; `link` is opened by a tap."""

    title: str
    text: str
    link: str = ""


class Push(Protocol):
    """Carries pushes."""

    kinds: frozenset[str]
    """The kinds of device it reaches."""

    def send(self, notice: Notice, to: Device, key: str) -> Receipt:
        """Hand one push over. Raises as `Sms.send`, and `Gone` when the device will never take one again."""
        ...
