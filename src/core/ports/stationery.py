"""The stationery that messages are written on; no word here of any template language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from core.ports.mail import Letter

if TYPE_CHECKING:
    from core.domain.wording import Wording


class Channel(StrEnum):
    """How a message travels."""

    PUSH = "push"
    SMS = "sms"
    CALL = "call"
    MAIL = "mail"


FIELDS: dict[Channel, tuple[str, ...]] = {
    Channel.PUSH: ("title", "text", "link"),
    Channel.SMS: ("text",),
    Channel.CALL: ("language", "text"),
    Channel.MAIL: ("subject", "text", "html"),
}
"""What a template consists of, on each channel."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a short message says. An SMS has a text only, a call also the `language` it is spoken in (BCP 47), a push a
    title and perhaps a link."""

    text: str
    title: str = ""
    link: str = ""
    language: str = "en-GB"


class Stationery(Protocol):
    """Writes messages from templates."""

    def write(self, template: str, to: str, facts: dict[str, Any], reply_to: str | None = None) -> Letter:
        """Return the letter that template and facts make: subject, text and inlined HTML, every fact escaped.

        Raises `KeyError` for a template that is not there.
        """
        ...

    def words(self, template: str, channel: str, facts: dict[str, Any]) -> Words:
        """Return what a push, an SMS or a call says; every fact on one line, and no longer than the channel carries.

        Raises `KeyError` for a template that is not there, or not for this channel.
        """
        ...


class Proofs(Protocol):
    """Shows templates before they are used."""

    def printed(self, template: str, channel: str) -> dict[str, str]:
        """The fields of a template as it is delivered with the code. Raises `KeyError`."""
        ...

    def pull(self, channel: str, fields: Mapping[str, str], facts: Mapping[str, Any]) -> Letter | Words:
        """Return the message that these fields and facts make; a letter goes to nobody.

        The fields are a stranger's: whatever stands in them, this returns within a second or two and reads nothing but
        the facts. Raises `Invalid` with a sentence for each field that cannot be printed.
        """
        ...


class Wordings(Protocol):
    """What administrators made of templates; its ids are `<class>.<channel>`."""

    def all(self) -> list[Wording]:
        """Every one, by id."""
        ...

    def find(self, name: str) -> Wording | None:
        """One, or None while the template is as it came with the code."""
        ...

    def keep(self, wording: Wording) -> None:
        """Keep it in the place of what was kept under this id."""
        ...

    def remove(self, name: str) -> None:
        """Forget it, if it is there."""
        ...

    def trouble(self, name: str, edited_at: datetime, sentence: str) -> None:
        """Note that it cannot be printed, and why, unless it has been edited since."""
        ...
