"""Addresses that never take anything, as vendors keep numbers for tests; anybody else's takes everything.

The numbers are Twilio's (https://www.twilio.com/docs/iam/test-credentials), the mailboxes like those of Amazon's
simulator (https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.domain.kernel.errors import Gone, Rejected
from core.ports.delivery import Delivery


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How an address behaves: what it is refused with, or what becomes of what it took (None: nobody ever hears)."""

    about: str
    refusal: type[Rejected] | None = None
    ends: Delivery | None = Delivery.DELIVERED


ORDINARY = Manner(about="takes everything")
PHONES: Mapping[str, Manner] = {
    "+15005550001": Manner(about="is refused at once: no such number", refusal=Rejected),
    "+15005550004": Manner(about="is refused at once, and to be forgotten: it has opted out", refusal=Gone),
    "+15005550008": Manner(about="is taken, and never heard of again", ends=None),
    "+15005550009": Manner(about="is taken, then bounces: it cannot receive this", ends=Delivery.BOUNCED),
}
MAILBOXES: Mapping[str, Manner] = {
    "refused": Manner(about="is refused at once: no such mailbox", refusal=Rejected),
    "bounce": Manner(about="is taken, then bounces", ends=Delivery.BOUNCED),
    "lost": Manner(about="is taken, and never heard of again", ends=None),
}
DEVICES: Mapping[str, Manner] = {
    "refused": Manner(about="is refused at once", refusal=Rejected),
    "gone": Manner(about="is refused at once, and to be forgotten: it was signed off", refusal=Gone),
    "lost": Manner(about="is taken, and never heard of again", ends=None),
}


def manner(channel: str, to: str) -> Manner:
    """How an address of a channel behaves."""
    if channel == "mail":
        return MAILBOXES.get(to.rpartition("<")[2].partition("@")[0].casefold(), ORDINARY)
    if channel == "push":
        return DEVICES.get(to.rpartition("/")[2], ORDINARY)
    return PHONES.get(to, ORDINARY)


def greet(channel: str, to: str) -> None:
    """Return when the address takes what is sent to it; raises `Rejected` or `Gone` when it never does."""
    met = manner(channel, to)
    if met.refusal is not None:
        raise met.refusal(f"{to[:254]} {met.about}. It is an address for tests; write to another one.")


def known() -> dict[str, str]:
    """Every such address as people write it, and how it behaves."""
    shown = {
        **{f"{local}@example.com": manner for local, manner in MAILBOXES.items()},
        **PHONES,
        **{f"a device …/{end}": manner for end, manner in DEVICES.items()},
    }
    return {address: manner.about for address, manner in shown.items()}
