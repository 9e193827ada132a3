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
    key: str


def _mail(wish: Wish) -> Any:
    to = _checked(rules.email, wish.to)
    return app().mail.send(Letter(to=to, subject=wish.subject, text=wish.text), key=wish.key)


def _sms(wish: Wish) -> Any:
    return app().sms.send(TextMessage(to=_checked(phone, wish.to), text=wish.text), key=wish.key)


def _call(wish: Wish) -> Any:
    spoken = SpokenMessage(to=_checked(phone, wish.to), text=wish.text, language=wish.language)
    return app().calls.call(spoken, key=wish.key)


def _push(wish: Wish) -> Any:
    return app().push.send(Notice(title=wish.subject, text=wish.text), _device(wish.to), key=wish.key)


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


CARRIED = {"mail": ("mail", _mail), "sms": ("sms", _sms), "call": ("calls", _call), "push": ("push", _push)}
"""What can be sent: the port it goes through, and how."""


@vendors.command()
@click.argument("what", type=click.Choice(list(CARRIED)))
@click.option("--to", required=True, help="A mail address, a phone number like +14155550123, a device's id or address.")
@click.option("--text", required=True, help="What it says; a call speaks it.")
@click.option("--subject", default=SUBJECT, show_default=True, help="The subject of a mail, the title of a push.")
@click.option("--language", default="en-GB", show_default=True, help="The language of a call, like de-DE.")
def send(what: str, to: str, text: str, subject: str, language: str) -> None:
    """Send one thing now. Example: flask vendors send sms --to +14155550123 --text Hello"""
    channel, carry = CARRIED[what]
    key = new_id("tst", app().clock.now())
    wish = Wish(to=to, text=text, subject=subject, language=language, key=key)
    receipt, seconds = _timed(channel, lambda: carry(wish))
    click.echo(
        f"{channel}:{receipt.carrier} took it in {seconds * 1000:,.0f} ms; its number there: {receipt.message_id}"
    )


@vendors.command()
@click.argument("address")
def geocode(address: str) -> None:
    """Ask where an address is. Example: flask vendors geocode "Rathausmarkt 1, Hamburg" """
    spots, seconds = _timed("geocoder", lambda: app().geocoder.locate(_checked(rules.one_line, address, "It", 300)))
    if not spots:
        raise click.ClickException(f"Nobody knows {address!r} ({seconds * 1000:,.0f} ms). Write more of the address.")
    best = spots[0]
    where = f"{best.latitude:.6f}, {best.longitude:.6f}"
    click.echo(f"geocoder:{best.source} found it in {seconds * 1000:,.0f} ms: {where} ({best.label})")


def _timed(channel: str, ask: Callable[[], Any]) -> tuple[Any, float]:
    """What a channel answers, and after how many seconds."""
    _there(channel)
    began = time.monotonic()
    return ask(), time.monotonic() - began


def _there(channel: str) -> None:
    if not any(channel in part.providers for part in app().parts):
        raise click.ClickException(f"This installation has no {channel}: its module was taken out.")


def _checked(rule: Callable[..., str], *given: Any) -> str:
    try:
        return rule(*given)
    except ValueError as wrong:
        raise Wrong(str(wrong)) from None
