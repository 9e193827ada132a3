"""`flask vendors list|open|close|reset`: how vendors stand, and an operator's hand on their breakers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from core.domain.vendors import Channel, Standing
from entrypoints.cli.talk import app, print_rows


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_vendors(as_json: bool) -> None:
    """List every channel's vendors, best first. Example: flask vendors list --json"""
    with app().uow.reading():
        channels = app().vendor_watch.channels(app().caps)
    print_rows([_row(channel, one) for channel in channels for one in channel.vendors], as_json=as_json)


@click.command("open")
@click.argument("vendor")
def open_breaker(vendor: str) -> None:
    """Have nobody ask a vendor until it is closed or reset. Example: flask vendors open sms:twilio"""
    _act(app().vendor_desk.open, vendor)
    click.echo(f"{vendor} is not asked any more. To have it asked again: flask vendors reset {vendor}")


@click.command("close")
@click.argument("vendor")
def close_breaker(vendor: str) -> None:
    """Have a vendor asked whatever happens. Example: flask vendors close sms:twilio"""
    _act(app().vendor_desk.close, vendor)
    click.echo(f"{vendor} is asked whatever happens. To let its calls decide: flask vendors reset {vendor}")


@click.command("reset")
@click.argument("vendor")
def reset_breaker(vendor: str) -> None:
    """Forget a vendor's failures and every hold. Example: flask vendors reset sms:twilio"""
    _act(app().vendor_desk.reset, vendor)
    click.echo(f"{vendor} is asked again, and its calls decide.")


COMMANDS = (list_vendors, open_breaker, close_breaker, reset_breaker)


def _act(act: Callable[[str], None], vendor: str) -> None:
    with app().uow.transaction():
        act(vendor)


def _row(channel: Channel, one: Standing) -> dict[str, Any]:
    return {
        "vendor": one.vendor, "stands": one.word, "breaker": str(one.breaker.position), "held": one.breaker.held,
        "answers": one is channel.answering, "p50_ms": one.p50, "p95_ms": one.p95, "calls": one.day.calls,
        "failed": one.day.failures, "spent": str(one.spent), "last_failure": one.failed.said if one.failed else "",
    }  # fmt: skip
