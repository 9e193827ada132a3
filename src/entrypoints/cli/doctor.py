"""`flask doctor`: what is well, what is not, and what to do; a true probe; fit for production or not."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from json import dumps

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from entrypoints.cli.talk import WIDE, Wrong, app
from entrypoints.cli.vendors import geocode, send
from entrypoints.doctor import Finding, State, examine, unfit
from entrypoints.lineup import sandboxed

CHANNELS = {"mail": "mail", "sms": "sms", "call": "calls", "push": "push", "geocode": "geocoder"}
PROBE = "A probe by flask doctor: whoever reads this can be reached."
COLOURS = {State.OK: "green", State.WARNING: "yellow", State.FAULT: "red"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.option("--production", is_flag=True, help="Exit with 1 and the reasons unless this is fit for production.")
@click.option(
    "--real", nargs=2, type=(click.Choice(list(CHANNELS)), str), metavar="CHANNEL ADDRESS",
    help=f"Send one true probe: {', '.join(CHANNELS)}.",
)  # fmt: skip
def doctor(as_json: bool, production: bool, real: tuple[str, str] | None) -> None:
    """Look at settings, processes and vendors; exit with 1 when something is broken.

    Example: flask doctor --real sms +14155550123
    """
    if real is not None:
        _probe(*real)
        return
    findings = examine(app())
    reasons = unfit(findings)
    if as_json:
        rows = [asdict(found) for found in findings]
        click.echo(dumps({"findings": rows, "unfit": reasons} if production else rows, indent=2))
    elif production:
        click.echo("\n".join(reasons) or "This installation is fit for production.")
    else:
        _show(findings)
    raise SystemExit(bool(reasons) if production else any(found.state is State.FAULT for found in findings))


def _probe(what: str, address: str) -> None:
    """One message or question by the channel's own vendors, refused where it would reach nobody."""
    channel = CHANNELS[what]
    if channel in sandboxed(app().settings):
        raise Wrong(
            f"{channel} is sandboxed, so a probe would stay here. Set ENGINEBAY_{channel.upper()}; flask doctor names "
            "the guide."
        )
    context = click.get_current_context()
    if what == "geocode":
        context.invoke(geocode, address=address)
    else:
        context.invoke(send, what=what, to=address, text=PROBE, subject="A probe")


def _show(findings: Sequence[Finding]) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("item", "state", "real or sandbox", "what is the case", "what to set or do", "guide"):
        table.add_column(name, no_wrap=name == "item")
    for found in findings:
        state = f"[{COLOURS[found.state]}]{found.state}[/]"
        table.add_row(found.item, state, found.reach, found.says.replace("[", r"\["), found.do, found.guide)
    Console(width=None if sys.stdout.isatty() else WIDE).print(table)
