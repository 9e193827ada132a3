"""Who of a channel's vendors is asked first: as they are set, unless somebody knows better."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar


class Named(Protocol):
    """What has a vendor's name."""

    @property
    def name(self) -> str:
        """`<channel>:<vendor>`."""
        ...


V = TypeVar("V", bound=Named)


class Order(Protocol):
    """Puts vendors in order, call by call."""

    def arrange(self, vendors: Sequence[V]) -> Sequence[V]:
        """The vendors, best first. Never waits for a sick store."""
        ...

    def note_failure(self, vendor: str) -> None:
        """Hear that this one did not answer."""
        ...


class AsSet:
    """The order of the settings."""

    def arrange(self, vendors: Sequence[V]) -> Sequence[V]:
        return vendors

    def note_failure(self, vendor: str) -> None:
        """It changes nothing."""


AS_SET = AsSet()
