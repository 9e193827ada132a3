"""`flask vendors …`: the outside services from a terminal, asked through the application's own ports.

More commands of this group stand in files of their own, which import it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
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


@click.group()
def vendors() -> None:
    """The outside services. Example: flask vendors send sms --to +14155550123 --text Hello"""


def _mail(to: str, text: str, subject: str, key: str) -> Any:
    return app().mail.send(Letter(to=_checked(rules.email, to), subject=subject, text=text), key=key)


def _sms(to: str, text: str, subject: str, key: str) -> Any:
    return app().sms.send(TextMessage(to=_checked(phone, to), text=text), key=key)


def _call(to: str, text: str, subject: str, key: str) -> Any:
    return app().calls.call(SpokenMessage(to=_checked(phone, to), text=text), key=key)


def _push(to: str, text: str, subject: str, key: str) -> Any:
    kind = "web" if to.startswith("https://") else "fcm"
    return app().push.send(Notice(title=subject, text=text), Device(kind=kind, address=to), key=key)


CARRIED = {"mail": ("mail", _mail), "sms": ("sms", _sms), "call": ("calls", _call), "push": ("push", _push)}
"""What can be sent: the port it goes through, and how."""


@vendors.command()
@click.argument("what", type=click.Choice(list(CARRIED)))
@click.option("--to", required=True, help="A mail address, a phone number like +14155550123, or a device's address.")
@click.option("--text", required=True, help="What it says; a call speaks it.")
@click.option("--subject", default=SUBJECT, show_default=True, help="The subject of a mail, the title of a push.")
def send(what: str, to: str, text: str, subject: str) -> None:
    """Send one thing now. Example: flask vendors send sms --to +14155550123 --text Hello"""
    channel, carry = CARRIED[what]
    receipt, seconds = _timed(channel, lambda: carry(to, text, subject, new_id("tst", app().clock.now())))
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
