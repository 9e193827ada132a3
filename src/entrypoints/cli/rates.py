"""`flask rates …`: exchange rates from a terminal; the work itself is a task."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import click

from core.domain.rates import LARGEST_JUMP
from entrypoints.cli.talk import app, print_rows


@click.group("rates")
def commands() -> None:
    """Exchange rates. Example: flask rates list"""


@commands.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_rates(as_json: bool) -> None:
    """List the newest rates. Example: flask rates list --json"""
    with app().uow.reading():
        found = app().exchange_rates.newest()
    fields = ("currency", "rate", "day", "source", "fetched_at")
    print_rows([{field: getattr(row, field) for field in fields} for row in found], as_json=as_json)


def _share(context: click.Context, option: click.Parameter, given: str) -> str:
    try:
        share = Decimal(given)
        if not Decimal(0) < share <= 10:
            raise InvalidOperation
    except InvalidOperation:
        raise click.BadParameter("It must be a share between 0 and 10, like 0.35 for 35 %.") from None
    return str(share)


@commands.command()
@click.option(
    "--largest-jump", default=LARGEST_JUMP, show_default=True, callback=_share,
    help="Take an answer in which no currency moved by more than this share.",
)  # fmt: skip
def fetch(largest_jump: str) -> None:
    """Fetch the newest rates now. Example: flask rates fetch --largest-jump 0.35"""
    _ask("rates.fetch", {"largest_jump": largest_jump}, dedupe_key=None)


@commands.command("import")
def import_history() -> None:
    """Fetch the rates of every day since 1999. Example: flask rates import"""
    _ask("rates.import-history", {}, dedupe_key="rates.import-history")


def _ask(name: str, payload: dict[str, Any], dedupe_key: str | None) -> None:
    with app().uow.transaction():
        task = app().outbox.enqueue(name, payload, dedupe_key=dedupe_key)
        app().audit.note("asked for", "task", task.id, label=name, after=payload)
    click.echo(f"Task {task.id} is ready. How it is getting on: flask tasks show {task.id}")
