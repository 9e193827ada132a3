"""`flask vendors fail|heal`: have a vendor on this machine fail for a while, to see who takes over."""

from __future__ import annotations

import click

from entrypoints import trouble
from entrypoints.cli.talk import app


@click.command()
@click.argument("vendor")
@click.option("--for", "span", default="2m", show_default=True, help="How long, like 90s, 2m or 1h.")
@click.option("--rate", default="", help="Which share of the calls fails, 0 to 1. Without: all, or none if --slow.")
@click.option("--slow", default="", help="How long each call takes, like 3s; at most 30s.")
def fail(vendor: str, span: str, rate: str, slow: str) -> None:
    """Have a sandbox vendor fail: the first of a channel, or one by name. It is well again by itself.

    Example: flask vendors fail sms:understudy --for 2m --rate 0.3 --slow 3s
    """
    chosen, order = trouble.cause(app(), vendor, span=span, rate=rate, slow=slow)
    click.echo(f"{chosen} {trouble.told(order)}. Well again sooner: flask vendors heal {chosen}")


@click.command()
@click.argument("vendor", default="")
def heal(vendor: str) -> None:
    """Heal one vendor, those of a channel, or all. Example: flask vendors heal sms"""
    healed = trouble.end(app(), vendor)
    click.echo(f"Well again: {', '.join(healed)}." if healed else "None of them was told to fail.")
