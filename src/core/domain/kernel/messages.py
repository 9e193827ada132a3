"""Classes of messages: what each tells, by which facts and over which channels; nothing here writes or sends one.

A class is declared beside the service that sends it; its templates are the files named after it
(`adapters/stationery/templates/<name>/<channel>.*`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.ports.stationery import Channel

LADDER = (Channel.PUSH, Channel.SMS, Channel.CALL, Channel.MAIL)
"""Every channel, the quickest and cheapest first."""


@dataclass(frozen=True)
class Fact:
    """One thing that templates may say: what it is, and an example of it."""

    tells: str
    sample: Any


@dataclass(frozen=True, kw_only=True)
class MessageClass:
    """One kind of message. `tells` says when it is sent and to whom; `channels` are in the order they are tried.

    `patience` is in seconds: so long may all vendors of a channel be away before the next channel is tried; the last is
    waited for. `critical`: it is sent whatever its recipient prefers. `chosen_by` is the least role of those who may
    choose how they get it, empty where nobody chooses; `usual` are the channels it takes until they do. `of` is the
    entity that it speaks about and `facts_of` what it says of one, so that real ones can be shown; without them only
    the samples are. `by_bell`: it rings bells and goes no other way; its push says what they show.
    """

    name: str
    label: str
    tells: str
    facts: dict[str, Fact]
    channels: tuple[Channel, ...] = LADDER
    patience: float = 120.0
    critical: bool = False
    chosen_by: str = ""
    usual: tuple[Channel, ...] = (Channel.PUSH, Channel.MAIL)
    by_bell: bool = False
    of: type[Any] | None = None
    facts_of: Callable[[Any], dict[str, Any]] | None = None

    @property
    def rings(self) -> bool:
        """Whether it can ring somebody's bell on the site, which shows what a push says."""
        return Channel.PUSH in self.channels

    @property
    def sample(self) -> dict[str, Any]:
        """An example of every fact."""
        return {name: fact.sample for name, fact in self.facts.items()}
