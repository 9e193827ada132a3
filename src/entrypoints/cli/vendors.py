"""`flask vendors …`: the outside services from a terminal, asked through the application's own ports.

More commands of this group stand in files of their own, which import it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from core.domain.kernel import rules
from core.domain.kernel.ids import new_id
from core.domain.kernel.phones import phone
from core.ports.mail import Letter
from core.ports.phone import SpokenMessage, TextMessage
from core.ports.push import Device, Notice
from entrypoints.cli.talk import Wrong, app

SUBJECT = "A message from the terminal"
APPLE = re.compile(r"/APNS|^[0-9a-f]{64}$")
"""An endpoint of Apple's at SNS, or a token as Apple writes it."""


@click.group()
def vendors() -> None:
    """The outside services. Example: flask vendors send sms --to +14155550123 --text Hello"""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody at a terminal wants to have sent."""

    to: str
    text: str
    subject: str
    language: str


def _mail(wish: Wish) -> tuple[Any, ...]:
    return (Letter(to=_checked(rules.email, wish.to), subject=wish.subject, text=wish.text),)


def _sms(wish: Wish) -> tuple[Any, ...]:
    return (TextMessage(to=_checked(phone, wish.to), text=wish.text),)


def _call(wish: Wish) -> tuple[Any, ...]:
    return (SpokenMessage(to=_checked(phone, wish.to), text=wish.text, language=wish.language),)


def _push(wish: Wish) -> tuple[Any, ...]:
    return Notice(title=wish.subject, text=wish.text), _device(wish.to)


def _device(to: str) -> Device:
    """One that was signed up, by its id or its address, or a stranger's by what its address looks like."""
    from core.domain.devices import fingerprint_of  # of a module that may be taken out

    with app().uow.reading():
        known = app().devices.find(to) or app().devices.known_as(fingerprint_of(to))
    if known is not None:
        found: Device = known.for_push()
        return found
    kind = "web" if to.startswith("https://") else "apns" if APPLE.search(to) else "fcm"
    return Device(kind=kind, address=to)


CARRIED = {
    "mail": ("mail", "send", _mail), "sms": ("sms", "send", _sms), "call": ("calls", "call", _call),
    "push": ("push", "send", _push),
}  # fmt: skip
"""What can be sent: the port it goes through, its verb, and what that is given."""


@vendors.command()
@click.argument("what", type=click.Choice(list(CARRIED)))
@click.option("--to", required=True, help="A mail address, a phone number like +14155550123, a device's id or address.")
@click.option("--text", required=True, help="What it says; a call speaks it.")
@click.option("--subject", default=SUBJECT, show_default=True, help="The subject of a mail, the title of a push.")
@click.option("--language", default="en-GB", show_default=True, help="The language of a call, like de-DE.")
def send(what: str, to: str, text: str, subject: str, language: str) -> None:
    """Send one thing now. Example: flask vendors send sms --to +14155550123 --text Hello"""
    channel, verb, given = CARRIED[what]
    _require(channel)
    wish = Wish(to=to, text=text, subject=subject, language=language)
    receipt, seconds = _timed(channel, verb, *given(wish), key=new_id("tst", app().clock.now()))
    click.echo(
        f"{channel}:{receipt.carrier} took it in {seconds * 1000:,.0f} ms; its number there: {receipt.message_id}"
    )


@vendors.command()
@click.argument("address")
def geocode(address: str) -> None:
    """Ask where an address is. Example: flask vendors geocode "Rathausmarkt 1, Hamburg" """
    _require("geocoder")
    spots, seconds = _timed("geocoder", "locate", _checked(rules.one_line, address, "The address", 300))
    if not spots:
        raise click.ClickException(f"Nobody knows {address!r} ({seconds * 1000:,.0f} ms). Write more of the address.")
    best = spots[0]
    where = f"{best.latitude:.6f}, {best.longitude:.6f}"
    click.echo(f"geocoder:{best.source} found it in {seconds * 1000:,.0f} ms: {where} ({best.label})")


def _require(channel: str) -> None:
    """Go on only where the channel is there."""
    if not any(channel in part.providers for part in app().parts):
        raise click.ClickException(f"This installation has no {channel}: its module was taken out.")


def _timed(channel: str, verb: str, *given: Any, **named: Any) -> tuple[Any, float]:
    """What a channel answers, and after how many seconds; to load what the first vendor needs is not its time."""
    ask = getattr(getattr(app(), channel), verb)
    began = time.monotonic()
    return ask(*given, **named), time.monotonic() - began


def _checked(rule: Callable[..., str], *given: Any) -> str:
    try:
        return rule(*given)
    except ValueError as wrong:
        raise Wrong(str(wrong)) from None
